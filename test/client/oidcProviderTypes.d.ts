// The package brings no types, and those of others are for another version. This is what our tests use of it.
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  class Provider {
    constructor(issuer: string, configuration: object)
    callback(): RequestListener
  }

  export { Provider }
}
