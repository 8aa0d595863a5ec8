import { managementScopes as scopes } from 'pkjwt/protocol'
import { adminFlags, administering, choose, openAppAdmin, requireAppId, requireWord, show, showEach } from '../../appAdmin.js'
import { defineCommand } from '../../command.js'
import { list } from '../../flags.js'

const flags = {
  ...adminFlags,
  grant: list('Input', 'SCOPE', 'a scope, in place of the word after the app', { aliases: ['--scope'] }),
}

/** `app grant add`: scopes that an app may ask for. */
export const appGrantAdd = defineCommand({
  name: 'app grant add',
  summary: 'grant scopes to an app',
  takes: 'APP SCOPE…',
  wordsMax: 100,
  examples: [['two of them', 'pkjwt app grant add 0oa1 okta.users.read okta.groups.read --connection admin']],
  flags,
  ...administering,
  notes: ['Only a Super Admin grants scopes; from then on only a Super Admin changes the keys and settings of the app.'],
  async run({ flags: given, words, io, talk }) {
    const appId = requireAppId(words)
    const wanted = namesOf(given.grant, words)
    const admin = await openAppAdmin(given, { scopes: [scopes.changeGrants], io, talk })
    const added = []
    for (const scope of wanted) added.push(await admin.addGrant(appId, scope))
    return showEach(added)
  },
})

/** `app grant list`: what an app may ask for. */
export const appGrantList = defineCommand({
  name: 'app grant list',
  summary: 'list the scopes that an app may ask for',
  takes: 'APP',
  wordsMax: 1,
  examples: [['of one app', 'pkjwt app grant list 0oa1 --connection admin']],
  flags: adminFlags,
  ...administering,
  async run({ flags: given, words, io, talk }) {
    const appId = requireAppId(words)
    const admin = await openAppAdmin(given, { scopes: [scopes.readGrants], io, talk })
    return show(await admin.listGrants(appId))
  },
})

/** `app grant remove`: what an app may no longer ask for. */
export const appGrantRemove = defineCommand({
  name: 'app grant remove',
  summary: 'take scopes away from an app',
  takes: 'APP SCOPE…',
  wordsMax: 100,
  examples: [['by scope or by the id of the grant', 'pkjwt app grant remove 0oa1 okta.groups.read --connection admin']],
  flags,
  ...administering,
  notes: ['Tokens that were issued before live on until they expire.'],
  async run({ flags: given, words, io, talk }) {
    const appId = requireAppId(words)
    const wanted = namesOf(given.grant, words)
    const admin = await openAppAdmin(given, { scopes: [scopes.changeGrants], io, talk })
    const there = await admin.listGrants(appId)
    const chosen = wanted.map((name) => choose(there, name, { what: 'grant', nameOf: ({ wire }) => wire['scopeId'] }))
    for (const { id } of chosen) await admin.removeGrant(appId, id)
    talk.note(`${wanted.join(', ')} ${wanted.length === 1 ? 'is' : 'are'} taken away`)
    return { data: chosen.map(({ id }) => ({ id })) }
  },
})

function namesOf(given: readonly string[], [, ...words]: readonly string[]): readonly string[] {
  const names = [...given, ...words].flatMap((each) => each.split(/[\s,]+/)).filter((each) => each !== '')
  requireWord(names[0], 'no scope is named', 'Give a scope, such as okta.users.read')
  return names
}
