import type { App } from '../store/store.js'

/** The standard admin roles of Okta. */
export const adminRoles = [
  'SUPER_ADMIN',
  'ORG_ADMIN',
  'APP_ADMIN',
  'API_ACCESS_MANAGEMENT_ADMIN',
  'USER_ADMIN',
  'GROUP_MEMBERSHIP_ADMIN',
  'HELP_DESK_ADMIN',
  'READ_ONLY_ADMIN',
  'REPORT_ADMIN',
  'ACCESS_CERTIFICATIONS_ADMIN',
  'ACCESS_REQUESTS_ADMIN',
  'WORKFLOWS_ADMIN',
] as const

export type AdminRole = (typeof adminRoles)[number]

/** What an operation asks of who wants it. */
export interface Permission {
  /** One of these scopes; the first one is named in the refusal. */
  readonly scopes: readonly string[]
  /** One of these roles. */
  readonly roles: readonly AdminRole[]
  /** One of these, when the app that is changed is protected; the same as `roles` when left out. */
  readonly rolesWhenProtected?: readonly AdminRole[]
}

const readers = ['SUPER_ADMIN', 'ORG_ADMIN', 'APP_ADMIN', 'READ_ONLY_ADMIN'] as const
const writers = ['SUPER_ADMIN', 'ORG_ADMIN', 'APP_ADMIN'] as const
const superAdmins = ['SUPER_ADMIN'] as const

/** Who may do what: the one table that the code obeys and the tests read. */
export const permissions = {
  readUsers: { scopes: ['okta.users.read', 'okta.users.manage'], roles: adminRoles },
  readApps: { scopes: ['okta.apps.read', 'okta.apps.manage'], roles: readers },
  changeApps: { scopes: ['okta.apps.manage'], roles: writers, rolesWhenProtected: superAdmins },
  readClients: { scopes: ['okta.clients.read', 'okta.clients.manage'], roles: readers },
  registerClients: { scopes: ['okta.clients.register', 'okta.clients.manage'], roles: writers, rolesWhenProtected: superAdmins },
  changeClients: { scopes: ['okta.clients.manage'], roles: writers, rolesWhenProtected: superAdmins },
  readGrants: { scopes: ['okta.appGrants.read', 'okta.appGrants.manage'], roles: readers },
  changeGrants: { scopes: ['okta.appGrants.manage'], roles: superAdmins },
  readRoles: { scopes: ['okta.roles.read', 'okta.roles.manage'], roles: readers },
  changeRoles: { scopes: ['okta.roles.manage'], roles: superAdmins },
  readLogs: { scopes: ['okta.logs.read'], roles: ['SUPER_ADMIN', 'ORG_ADMIN'] },
} as const satisfies Readonly<Record<string, Permission>>

export type Operation = keyof typeof permissions

/** Whether roles are enough for an operation. */
export function mayDo(
  operation: Operation,
  { roles, isProtected = false }: { readonly roles: readonly string[]; readonly isProtected?: boolean },
): boolean {
  const permission: Permission = permissions[operation]
  const wanted = isProtected ? (permission.rolesWhenProtected ?? permission.roles) : permission.roles
  return wanted.some((role) => roles.includes(role))
}

/**
 * Whether only a Super Admin may change the keys and settings of an app. Once it was granted a scope, it stays so. An app with a role
 * that changes apps is protected too: a key that is planted before the first grant would hold the role's power after it.
 */
export function isProtected({ everGranted }: Pick<App, 'everGranted'>, roles: readonly string[]): boolean {
  return everGranted || writers.some((role) => roles.includes(role))
}
