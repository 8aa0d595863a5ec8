import { oktaScopes } from 'pkjwt/profiles'
import { type Permission, permissions } from '../admin/permissions.js'
import type { Operation } from './operation.js'
import type { Schema } from './schema.js'

type Caller = Operation['caller']

/** How a caller says who it is: `components.securitySchemes`. */
export function writeSecuritySchemes(issuer: string): Readonly<Record<string, Schema>> {
  return {
    privateKeyJwt: {
      type: 'openIdConnect',
      openIdConnectUrl: `${issuer}/.well-known/openid-configuration`,
      description:
        'The token endpoint authentication method `private_key_jwt` (RFC 7523 §2.2): the client sends `client_assertion_type` and `client_assertion` as members of the form, and no header `Authorization`. OpenAPI has no type for that; the metadata document names it in `token_endpoint_auth_methods_supported`.',
    },
    bearer: {
      type: 'oauth2',
      description:
        'An access token of this server (RFC 6750 §2.1): `Authorization: Bearer …`. The client that asks for it uses `private_key_jwt`.',
      flows: { clientCredentials: { tokenUrl: `${issuer}/oauth2/v1/token`, scopes: scopes() } },
    },
    dpop: {
      type: 'http',
      scheme: 'DPoP',
      description:
        'An access token that is bound to a key (RFC 9449 §7.1): `Authorization: DPoP …`, and a proof in the header `DPoP`.',
    },
    ssws: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: 'The bootstrap token of `--admin-token`, which may do everything: `Authorization: SSWS …`.',
    },
  }
}

/** The scopes of the management API. */
function scopes(): Readonly<Record<string, string>> {
  const wanted = new Set<string>(Object.values(permissions).flatMap((permission: Permission) => permission.scopes))
  return Object.fromEntries(oktaScopes.filter((scope) => wanted.has(scope)).map((scope) => [scope, sayScope(scope)]))
}

function sayScope(scope: string): string {
  const [, what = '', right = ''] = scope.split('.')
  const words = what.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `${right.charAt(0).toUpperCase()}${right.slice(1)} ${words}`
}

/** Any of these lets a caller in. */
export function writeSecurity(caller: Caller): readonly Schema[] {
  if (caller === undefined) return []
  if (caller === 'client') return [{ privateKeyJwt: [] }]
  const permission: Permission = permissions[caller]
  return [...permission.scopes.flatMap((scope) => [{ bearer: [scope] }, { dpop: [scope] }]), { ssws: [] }]
}

/** Who may, in words. */
export function describeCaller(caller: Caller): string | undefined {
  if (caller === undefined || caller === 'client') return undefined
  const { scopes, roles, rolesWhenProtected }: Permission = permissions[caller]
  const wanted = `Needs the scope ${either(scopes)}, and the role ${either(roles)}.`
  return rolesWhenProtected === undefined
    ? wanted
    : `${wanted} For an app that is protected: the role ${either(rolesWhenProtected)}.`
}

function either(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``)
  return quoted.length === 1 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
