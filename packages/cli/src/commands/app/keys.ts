import { managementScopes as scopes } from 'pkjwt/protocol'
import { adminFlags, administering, chooseKey, openAppAdmin, requireAppId, requireWord, show, showEach } from '../../appAdmin.js'
import { CliError } from '../../cliError.js'
import { type Command, defineCommand } from '../../command.js'
import { keysFlags, openKeys } from '../../keySets.js'

/** `app key add`: registers public keys. */
export const appKeyAdd = defineCommand({
  name: 'app key add',
  summary: 'register public keys of an app',
  takes: 'APP',
  wordsMax: 1,
  examples: [['the next key, beside the one in use', 'pkjwt app key add 0oa1 --keys next.public.jwk --connection admin']],
  flags: { ...adminFlags, ...keysFlags },
  ...administering,
  notes: ['Each key needs a "kid" as soon as there are several. To replace a key without a pause, use pkjwt app key rotate.'],
  async run({ flags, words, io, talk }) {
    const appId = requireAppId(words)
    if (flags.keys === undefined) {
      throw new CliError('flag_missing', 'Cannot add a key: none is given', { hint: 'Give --keys FILE', showHelp: true })
    }
    const { keys } = await openKeys(flags.keys, io)
    const admin = await openAppAdmin(flags, { scopes: [scopes.changeApps], io, talk })
    const added = []
    for (const { jwk } of keys) added.push(await admin.addKey(appId, jwk))
    return showEach(added)
  },
})

/** `app key list`: the keys of an app, with their age and last use. */
export const appKeyList = defineCommand({
  name: 'app key list',
  summary: 'list the keys of an app',
  takes: 'APP',
  wordsMax: 1,
  examples: [['with status and last use', 'pkjwt app key list 0oa1 --connection admin']],
  flags: adminFlags,
  ...administering,
  async run({ flags, words, io, talk }) {
    const appId = requireAppId(words)
    const admin = await openAppAdmin(flags, { scopes: [scopes.readApps], io, talk })
    return show(await admin.listKeys(appId))
  },
})

/** `app key activate`: takes a key back into use. */
export const appKeyActivate = statusCommand('activate', 'ACTIVE', 'make the server take a key again')

/** `app key deactivate`: takes a key out of use. */
export const appKeyDeactivate = statusCommand('deactivate', 'INACTIVE', 'make the server refuse a key; it can be taken back')

function statusCommand(verb: 'activate' | 'deactivate', status: 'ACTIVE' | 'INACTIVE', summary: string): Command {
  return defineCommand({
    name: `app key ${verb}`,
    summary,
    takes: 'APP KEY',
    wordsMax: 2,
    examples: [['by its kid or its id', `pkjwt app key ${verb} 0oa1 key-2030-01 --connection admin`]],
    flags: adminFlags,
    ...administering,
    async run({ flags, words, io, talk }) {
      const [appId, name] = [requireAppId(words), requireKey(words)]
      const admin = await openAppAdmin(flags, { scopes: [scopes.changeApps], io, talk })
      const { id } = chooseKey(await admin.listKeys(appId), name)
      return show(await admin.setKeyStatus(appId, id, status))
    },
  })
}

/** `app key remove`: takes an inactive key away for good. */
export const appKeyRemove = defineCommand({
  name: 'app key remove',
  summary: 'remove a key that was deactivated',
  takes: 'APP KEY',
  wordsMax: 2,
  examples: [['by its kid or its id', 'pkjwt app key remove 0oa1 key-2030-01 --connection admin']],
  flags: adminFlags,
  ...administering,
  async run({ flags, words, io, talk }) {
    const [appId, name] = [requireAppId(words), requireKey(words)]
    const admin = await openAppAdmin(flags, { scopes: [scopes.changeApps], io, talk })
    const { id, kid } = chooseKey(await admin.listKeys(appId), name)
    await admin.removeKey(appId, id)
    talk.note(`the key ${kid ?? id} is removed`)
    return { data: { id } }
  },
})

function requireKey(words: readonly string[]): string {
  return requireWord(words[1], 'no key is named', 'Give its kid or its id: pkjwt app key list APP')
}
