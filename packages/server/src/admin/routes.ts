import type { Context } from '../context.js'
import type { Route } from '../routing/http.js'
import { createAdministrators } from './administrator.js'
import { appKeyRoutes } from './appKeys.js'
import { appRoutes } from './apps.js'
import { type Admin, decideAgain } from './change.js'
import { clientRoutes } from './clients.js'
import { makeFirstAdmin } from './firstAdmin.js'
import { grantRoutes } from './grants.js'
import { logRoutes } from './logs.js'
import { roleRoutes } from './roles.js'
import { userRoutes } from './users.js'

export interface AdminOptions {
  /** Opens the management API to whoever sends it as `Authorization: SSWS …`. At least 32 characters. */
  readonly adminToken?: string | undefined
  /** Okta's setting "Public client app admins": who is granted a scope becomes a Super Admin. Default false. */
  readonly publicClientAppAdmins?: boolean | undefined
  /** With a store that nobody administers: make a Super Admin app, once, and write its private key here. Default: make none. */
  readonly firstAdminKeyFile?: string | undefined
}

/**
 * The management API: users to read, apps, their keys, grants and roles, and the log.
 * @throws {PkjwtError} `option_invalid` when the admin token is too short
 */
export function adminRoutes(context: Context, { adminToken, publicClientAppAdmins = false }: AdminOptions): Route[] {
  const admin: Admin = { context, administrators: createAdministrators(context, adminToken) }
  const routes = [
    ...userRoutes(admin),
    ...appRoutes(admin),
    ...appKeyRoutes(admin),
    ...grantRoutes(admin, { publicClientAppAdmins }),
    ...clientRoutes(admin),
    ...roleRoutes(admin),
    ...logRoutes(admin),
  ]
  return routes.map(decideAgain)
}

/** Sees to it that a new server can be administered, or says that it cannot. */
export async function openAdmin(context: Context, { adminToken, firstAdminKeyFile }: AdminOptions): Promise<void> {
  if (firstAdminKeyFile !== undefined && adminToken === undefined) await makeFirstAdmin(context, firstAdminKeyFile)
  if (adminToken !== undefined || (await context.store.hasActiveRole('SUPER_ADMIN'))) return
  context.log.info('admin_closed', 'The management API is closed: no app is a Super Admin, and there is no admin token')
}
