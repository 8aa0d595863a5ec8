/** What an administrator can be allowed to do, by what it is done to. */
export const areas = ['apps', 'grants', 'roles', 'log'] as const
export type Area = (typeof areas)[number]
export type Ability = 'change' | 'read' | 'none'

const resources: Readonly<Record<Area, string>> = { apps: 'apps', grants: 'appGrants', roles: 'roles', log: 'logs' }

/**
 * What scopes allow, before the server has looked at the roles.
 *
 * @param scopes Undefined for the bootstrap token, which may do all.
 */
export function abilityOf(area: Area, scopes: readonly string[] | undefined): Ability {
  const has = (operation: string) => scopes === undefined || scopes.includes(`okta.${resources[area]}.${operation}`)
  if (area === 'log') return has('read') ? 'read' : 'none'
  if (has('manage')) return 'change'
  return has('read') ? 'read' : 'none'
}
