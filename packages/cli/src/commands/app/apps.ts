import { managementScopes as scopes } from 'pkjwt/protocol'
import { adminFlags, administering, openAppAdmin, requireAppId, show } from '../../appAdmin.js'
import { defineCommand } from '../../command.js'

/** `app list`: every app of the organisation. */
export const appList = defineCommand({
  name: 'app list',
  summary: 'list the apps',
  examples: [['of a server of this machine', 'pkjwt app list --org http://127.0.0.1:8080 --admin-token env:ADMIN']],
  flags: adminFlags,
  ...administering,
  async run({ flags, io, talk }) {
    const admin = await openAppAdmin(flags, { scopes: [scopes.readApps], io, talk })
    return show(await admin.listApps())
  },
})

/** `app show`: one app. */
export const appShow = defineCommand({
  name: 'app show',
  summary: 'show an app',
  takes: 'APP',
  wordsMax: 1,
  examples: [['by its client id', 'pkjwt app show 0oa1 --connection admin']],
  flags: adminFlags,
  ...administering,
  async run({ flags, words, io, talk }) {
    const appId = requireAppId(words)
    const admin = await openAppAdmin(flags, { scopes: [scopes.readApps], io, talk })
    return show(await admin.findApp(appId))
  },
})

/** `app delete`: an app and all that belongs to it. */
export const appDelete = defineCommand({
  name: 'app delete',
  summary: 'deactivate an app and delete it, with its keys, grants and roles',
  takes: 'APP',
  wordsMax: 1,
  examples: [['for good', 'pkjwt app delete 0oa1 --connection admin']],
  flags: adminFlags,
  ...administering,
  notes: ['Its tokens end with it. An app that ever had grants only a Super Admin can delete.'],
  async run({ flags, words, io, talk }) {
    const appId = requireAppId(words)
    const admin = await openAppAdmin(flags, { scopes: [scopes.changeApps], io, talk })
    await admin.deleteApp(appId)
    talk.note(`the app ${appId} is deleted`)
    return { data: { id: appId } }
  },
})
