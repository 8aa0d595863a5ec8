import type { Listed } from 'pkjwt/client'
import { managementScopes as scopes } from 'pkjwt/protocol'
import { adminFlags, administering, openAppAdmin } from '../../appAdmin.js'
import { CliError } from '../../cliError.js'
import { defineCommand } from '../../command.js'
import { list, text, toggle } from '../../flags.js'
import { keysFlags, openKeys } from '../../keySets.js'

/** `app create`: an app with its keys, scopes and roles, in one line. */
export const appCreate = defineCommand({
  name: 'app create',
  summary: 'create a service app, with its keys, scopes and roles',
  takes: '[NAME]',
  wordsMax: 1,
  examples: [
    [
      'on a server of this machine',
      'pkjwt app create --org http://127.0.0.1:8080 --admin-token env:ADMIN --keys public-key.jwk --grant okta.users.read --role READ_ONLY_ADMIN',
    ],
    [
      'in a real organisation',
      'pkjwt app create "Nightly sync" --connection admin --keys public-key.jwk --grant okta.users.read',
    ],
  ],
  flags: {
    ...adminFlags,
    name: text('Input', 'NAME', 'what people call it'),
    ...keysFlags,
    jwksUri: text('Input', 'URL', 'where it publishes its keys, in place of --keys'),
    grant: list('Input', 'SCOPE', 'a scope to grant; several with spaces or commas, or the flag again', { aliases: ['--scope'] }),
    role: list('Input', 'ROLE', 'an admin role to assign, such as READ_ONLY_ADMIN; several as with --grant'),
    id: text('Input', 'ID', 'the client id; the server makes one by default'),
    requireDpop: toggle('Input', 'its tokens have to be bound to a key (RFC 9449)'),
  },
  ...administering,
  notes: ['Only a Super Admin grants scopes and assigns roles. The private key stays where it is: --keys takes public ones.'],
  async run({ flags, words, io, talk }) {
    const [grants, roles] = [split(flags.grant), split(flags.role)]
    const keys = await readKeys(flags.keys, flags.jwksUri, { io, talk })
    const wanted = [
      scopes.changeApps,
      ...(grants.length > 0 ? [scopes.changeGrants] : []),
      ...(roles.length > 0 ? [scopes.changeRoles] : []),
    ]
    const admin = await openAppAdmin(flags, { scopes: wanted, io, talk })
    const app = await admin.createApp({
      label: words[0] ?? flags.name ?? 'Service app',
      keys,
      jwksUri: flags.jwksUri,
      clientId: flags.id,
      dpopBoundAccessTokens: flags.requireDpop,
    })
    const given: { grants: Listed[]; roles: Listed[] } = { grants: [], roles: [] }
    try {
      for (const scope of grants) given.grants.push(await admin.addGrant(app.id, scope))
      for (const role of roles) given.roles.push(await admin.addRole(app.id, role))
    } catch (error) {
      talk.warn(`The app ${app.id} was created, and lacks something of what was asked for`, `See pkjwt app show ${app.id}`)
      throw error
    }
    const data = {
      client_id: app.id,
      ...app.wire,
      grants: given.grants.map(({ wire }) => wire),
      roles: given.roles.map(({ wire }) => wire),
    }
    return { text: JSON.stringify(data, null, 2), data }
  },
})

function split(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => value.split(/[\s,]+/)).filter((value) => value !== '')
}

async function readKeys(
  ref: string | undefined,
  jwksUri: string | undefined,
  { io, talk }: Pick<Parameters<typeof openAppAdmin>[1], 'io' | 'talk'>,
): Promise<readonly object[] | undefined> {
  if (ref !== undefined && jwksUri !== undefined) {
    throw new CliError('flag_conflict', 'Cannot create the app: its keys are either registered or published', {
      hint: 'Give --keys or --jwks-uri',
    })
  }
  if (jwksUri !== undefined) return undefined
  if (ref === undefined) {
    throw new CliError('flag_missing', 'Cannot create the app: there is no key with which it could sign in', {
      hint: 'Give --keys FILE with its public key, which pkjwt keygen prints, or --jwks-uri URL',
      showHelp: true,
    })
  }
  const { keys, skipped = [] } = await openKeys(ref, io)
  for (const { error } of skipped) talk.warn(error.message, error.hint)
  return keys.map(({ jwk }) => jwk)
}
