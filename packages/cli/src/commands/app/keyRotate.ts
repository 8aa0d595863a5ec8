import { createApiRegister, createJwksRegister, createTokenClient, type RotationStep, rotateKey } from 'pkjwt/client'
import { algorithmNames } from 'pkjwt/keys'
import { createJwksFile, createKeyFile, nodeFetch } from 'pkjwt/node'
import { profileNames } from 'pkjwt/profiles'
import { managementScopes as scopes } from 'pkjwt/protocol'
import { type AdminValues, adminFlags, administering, openAppAdmin, requireAppId, requireOrg } from '../../appAdmin.js'
import { CliError } from '../../cliError.js'
import { defineCommand } from '../../command.js'
import { choice, text } from '../../flags.js'
import { readLifetime } from '../../times.js'

/** `app key rotate`: the next key in place of the one in use, and nobody is refused meanwhile. */
export const appKeyRotate = defineCommand({
  name: 'app key rotate',
  summary: 'replace the key of an app without a pause',
  takes: 'APP',
  wordsMax: 1,
  examples: [
    ['the key of another app, by a Super Admin', 'pkjwt app key rotate 0oa1 --app-key private-key.jwk --connection admin'],
    [
      'its own key, with itself as Super Admin',
      'pkjwt app key rotate 0oa1 --org example.okta.com --client-id 0oa1 --key private-key.jwk',
    ],
    [
      'of an app that publishes its keys',
      'pkjwt app key rotate 0oa1 --org example.okta.com --app-key private-key.jwk --jwks-file jwks.json',
    ],
  ],
  flags: {
    ...adminFlags,
    appKey: text(
      'Key',
      'FILE',
      'the private key of the app, a JWK that is replaced in place; --key by default, when the app asks itself',
      {
        isFile: true,
      },
    ),
    jwksFile: text('Key', 'FILE', 'the set that the app publishes at its jwks_uri, in place of keys at the server', {
      isFile: true,
    }),
    alg: choice('Key', algorithmNames, 'what the next key signs with; as the one before by default'),
    overlap: text('Time', 'TIME', 'how long the old key still works for those who hold it; 10s by default'),
    patience: text('Time', 'TIME', 'how long the server may take to accept the next key; 2m by default, 10m with --jwks-file'),
    profile: choice('Who and where', profileNames, 'whose rules the assertion follows with which the next key is tried'),
  },
  ...administering,
  notes: [
    'What is done: make the next key, register it, try it until the server takes it, put it in place, wait, deactivate the old one, remove it. When it is interrupted, run it again: it goes on where it was. Two at once do no harm.',
  ],
  async run({ flags, words, io, talk }) {
    const appId = requireAppId(words)
    const org = requireOrg(flags)
    const { alg, overlap, patience, jwksFile, profile } = flags
    const seconds = (given: string | undefined, flag: string) =>
      given === undefined ? undefined : readLifetime(given, flag, io.clock()).seconds
    const register =
      jwksFile === undefined
        ? createApiRegister(await openAppAdmin(flags, { scopes: [scopes.changeApps], io, talk }), appId)
        : createJwksRegister(createJwksFile(jwksFile))
    const rotated = await rotateKey({
      home: createKeyFile(keyFileOf(appId, flags)),
      register,
      probe: (key) =>
        createTokenClient({
          org,
          clientId: appId,
          key,
          profile,
          scopes: [probeScope],
          fetch: nodeFetch,
          clock: io.clock,
        }).token(),
      alg,
      overlapSeconds: seconds(overlap, '--overlap'),
      probeSecondsMax: seconds(patience, '--patience') ?? (jwksFile === undefined ? undefined : jwksPatienceSeconds),
      clock: io.clock,
      onStep: (step) => talk.note(sayings[step]),
    })
    return { text: JSON.stringify(rotated, null, 2), data: rotated }
  },
})

/** Whether it is granted does not matter: who is told that it is not was believed to be the app. */
const probeScope = 'okta.users.read'

/** A server looks at a published set now and then: Okta does not say how often, ours within a minute. */
const jwksPatienceSeconds = 600

const sayings: Readonly<Record<RotationStep, string>> = {
  planned: 'the next key is made',
  registered: 'the server knows it',
  accepted: 'the server takes it',
  replaced: 'it is in place of the old one',
  switched: 'the old key is kept for those who still hold it',
  deactivated: 'the old key is out of use',
  removed: 'the old key is removed',
  finished: 'done',
}

function keyFileOf(appId: string, { appKey, key, clientId }: AdminValues & { readonly appKey: string | undefined }): string {
  const file = appKey ?? (clientId === appId ? key : undefined)
  if (file === undefined) {
    throw new CliError('flag_missing', 'Cannot rotate the key: nobody knows where the private key of the app lies', {
      hint: 'Give --app-key FILE',
      showHelp: true,
    })
  }
  if (/^(-$|env:|fd:|ssh-agent:)/.test(file)) {
    throw new CliError('flag_value_invalid', 'Cannot rotate the key: the next one can be put in place of a file only', {
      hint: 'Give --app-key FILE; for a key elsewhere use pkjwt app key add, deactivate and remove',
    })
  }
  return file
}
