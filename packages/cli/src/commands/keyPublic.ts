import {
  describeKey,
  type KeySet,
  type PublicKeyFormat,
  readPrivateKey,
  readPublicKeys,
  type Signer,
  writePublicKeys,
} from 'pkjwt/keys'
import { CliError } from '../cliError.js'
import { defineCommand } from '../command.js'
import { choice } from '../flags.js'
import { readKeyBytes } from '../keyBytes.js'
import { keyFlags, type OpenKeyRefOptions, openKeyRef, withFlagHint } from '../keyRef.js'
import { readPassphrase } from '../passphrase.js'

const formats = ['jwk', 'jwks', 'spki'] as const satisfies readonly PublicKeyFormat[]

/** `key public`: what may be shown to everybody. */
export const keyPublic = defineCommand({
  name: 'key public',
  summary: 'print the public half of a key',
  takes: 'FILE',
  wordsMax: 1,
  examples: [
    ['what to register with the app', 'pkjwt key public private-key.jwk'],
    ['as a set, for a jwks_uri', 'pkjwt key public private-key.pem --format jwks'],
  ],
  flags: {
    format: choice('Output', formats, 'jwk (default), jwks, or spki, which is PEM'),
    passphraseFile: keyFlags.passphraseFile,
  },
  notes: ['FILE may also be -, env:NAME, fd:N or ssh-agent:COMMENT.'],
  async run({ flags: { format = 'jwk', passphraseFile }, words: [ref], io, talk }) {
    if (ref === undefined) {
      throw new CliError('argument_missing', 'Cannot print a public key: no file is named', {
        hint: 'Name the file of the key',
        showHelp: true,
      })
    }
    const written = await writePublicKeys(await openEither(ref, { passphraseFile, io, talk }), format)
    return { data: written, text: typeof written === 'string' ? written : JSON.stringify(written, null, 2) }
  },
})

/** The key behind a reference: usually a private one, and a public one is only written in another form. */
async function openEither(ref: string, options: OpenKeyRefOptions): Promise<KeySet | Signer> {
  if (ref.startsWith('ssh-agent:')) return openKeyRef(ref, options)
  const input = await readKeyBytes(ref, options.io)
  const passphrase = await readPassphrase(options.passphraseFile, options.io)
  const { kind } = await withFlagHint(() => describeKey(input, { passphrase }))
  return kind === 'private' ? readPrivateKey(input, { passphrase }) : readPublicKeys(input)
}
