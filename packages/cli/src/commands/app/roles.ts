import { managementScopes as scopes } from 'pkjwt/protocol'
import { adminFlags, administering, choose, openAppAdmin, requireAppId, requireWord, show, showEach } from '../../appAdmin.js'
import { defineCommand } from '../../command.js'
import { list } from '../../flags.js'

const flags = {
  ...adminFlags,
  role: list('Input', 'ROLE', 'a role, in place of the word after the app'),
}

/** `app role add`: admin roles of an app. */
export const appRoleAdd = defineCommand({
  name: 'app role add',
  summary: 'assign admin roles to an app',
  takes: 'APP ROLE…',
  wordsMax: 100,
  examples: [['one that may read', 'pkjwt app role add 0oa1 READ_ONLY_ADMIN --connection admin']],
  flags,
  ...administering,
  notes: ['Only a Super Admin assigns roles. A call of the API needs both: the scope in the token and the role of the app.'],
  async run({ flags: given, words, io, talk }) {
    const appId = requireAppId(words)
    const wanted = namesOf(given.role, words)
    const admin = await openAppAdmin(given, { scopes: [scopes.changeRoles], io, talk })
    const added = []
    for (const type of wanted) added.push(await admin.addRole(appId, type))
    return showEach(added)
  },
})

/** `app role list`: the admin roles of an app. */
export const appRoleList = defineCommand({
  name: 'app role list',
  summary: 'list the admin roles of an app',
  takes: 'APP',
  wordsMax: 1,
  examples: [['of one app', 'pkjwt app role list 0oa1 --connection admin']],
  flags: adminFlags,
  ...administering,
  async run({ flags: given, words, io, talk }) {
    const appId = requireAppId(words)
    const admin = await openAppAdmin(given, { scopes: [scopes.readRoles], io, talk })
    return show(await admin.listRoles(appId))
  },
})

/** `app role remove`: takes admin roles away. */
export const appRoleRemove = defineCommand({
  name: 'app role remove',
  summary: 'take admin roles away from an app',
  takes: 'APP ROLE…',
  wordsMax: 100,
  examples: [['by type or by the id of the role', 'pkjwt app role remove 0oa1 READ_ONLY_ADMIN --connection admin']],
  flags,
  ...administering,
  async run({ flags: given, words, io, talk }) {
    const appId = requireAppId(words)
    const wanted = namesOf(given.role, words)
    const admin = await openAppAdmin(given, { scopes: [scopes.changeRoles], io, talk })
    const there = await admin.listRoles(appId)
    const chosen = wanted.map((name) => choose(there, name, { what: 'role', nameOf: ({ wire }) => wire['type'] }))
    for (const { id } of chosen) await admin.removeRole(appId, id)
    talk.note(`${wanted.join(', ')} ${wanted.length === 1 ? 'is' : 'are'} taken away`)
    return { data: chosen.map(({ id }) => ({ id })) }
  },
})

function namesOf(given: readonly string[], [, ...words]: readonly string[]): readonly string[] {
  const names = [...given, ...words].flatMap((each) => each.split(/[\s,]+/)).filter((each) => each !== '')
  requireWord(names[0], 'no role is named', 'Give a role, such as READ_ONLY_ADMIN')
  return names
}
