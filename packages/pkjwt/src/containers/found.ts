/** The forms of a private key that is not a JWK. */
export type PrivateForm = 'pkcs8' | 'pkcs1' | 'sec1' | 'openssh'

/** The forms of a public key that is not a JWK. */
export type PublicForm = 'spki' | 'pkcs1' | 'ssh'

/** One thing that a text, bytes or an object turned out to hold. Nothing of it is read yet but its outside. */
export type Found =
  | { readonly is: 'jwk'; readonly members: Readonly<Record<string, unknown>>; readonly kid?: string }
  | { readonly is: 'jwks'; readonly keys: readonly unknown[] }
  | { readonly is: 'private'; readonly form: PrivateForm; readonly bytes: Uint8Array; readonly kid?: string }
  | { readonly is: 'encrypted'; readonly form: 'pkcs8'; readonly bytes: Uint8Array; readonly kid?: string }
  | {
      readonly is: 'encrypted'
      readonly form: 'traditional'
      readonly bytes: Uint8Array
      readonly cipher: string
      readonly iv: string
      readonly kid?: string
    }
  | { readonly is: 'public'; readonly form: PublicForm; readonly bytes: Uint8Array }
  | { readonly is: 'certificate'; readonly bytes: Uint8Array }
  /** Something that is no key: parameters, a request, a revocation list. */
  | { readonly is: 'other'; readonly what: string }

/**
 * A key as its container held it: the members of a JWK, nothing of it checked yet but the form. The public part of an EC or Ed25519
 * key may be missing, as may the CRT values of an RSA key: `keys/` computes them, and checks everything.
 */
export interface KeyMembers {
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly kid?: string
  readonly alg?: string
  readonly n?: string
  readonly e?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly d?: string
  readonly p?: string
  readonly q?: string
  readonly dp?: string
  readonly dq?: string
  readonly qi?: string
}
