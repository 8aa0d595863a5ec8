import type { Filling } from './fill.js'
import { type FlagTable, typedName } from './flags.js'
import type { Io } from './io.js'

/** The variables that Okta's own SDKs read, and the flags that they stand for. */
export const oktaVariables = {
  org: ['OKTA_CLIENT_ORGURL'],
  clientId: ['OKTA_CLIENT_CLIENTID'],
  key: ['OKTA_CLIENT_PRIVATEKEY'],
  kid: ['OKTA_CLIENT_KEYID', 'OKTA_CLIENT_PRIVATEKEYID'],
  scope: ['OKTA_CLIENT_SCOPES'],
} as const

/** Fills flags from the variables of Okta's SDKs, so that what is configured for them works here. */
export function fillFromEnvironment({ env }: Io): Filling {
  const found = Object.entries(oktaVariables).flatMap(([flag, names]) => {
    const name = names.find((each) => env[each] !== undefined && env[each] !== '')
    return name === undefined ? [] : [{ flag, name, value: env[name] ?? '' }]
  })
  const origins = new Map(found.map(({ flag, name }) => [flag, `env ${name}`]))
  return {
    values: new Map(found.map(({ flag, name, value }) => [flag, [flag === 'key' ? keyRefOf(name, value) : value]])),
    origin: (flag) => origins.get(flag) ?? 'env',
  }
}

/** Fills flags from variables of our own: `PKJWT_RATE_LIMIT` stands for `--rate-limit`, `true` for a flag without a value. */
export function fillFromOwnVariables(table: FlagTable, { env }: Io): Filling {
  const found = Object.keys(table).filter((flag) => ![undefined, '', 'false'].includes(env[ownVariable(flag)]))
  return {
    values: new Map(found.map((flag) => [flag, [env[ownVariable(flag)] ?? '']])),
    origin: (flag) => `env ${ownVariable(flag)}`,
  }
}

/** The variable of our own that stands for a flag. */
export function ownVariable(flag: string): string {
  return `PKJWT_${typedName(flag).slice(2).replaceAll('-', '_').toUpperCase()}`
}

/** Okta's SDKs take the key itself, or the name of its file. */
function keyRefOf(name: string, value: string): string {
  return /\s|[{}]/.test(value.trim()) || value.length > 200 ? `env:${name}` : value
}
