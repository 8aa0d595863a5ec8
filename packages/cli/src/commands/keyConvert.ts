import { writePrivateKey } from 'pkjwt/keys'
import { CliError } from '../cliError.js'
import { defineCommand } from '../command.js'
import { writeNewFile } from '../files.js'
import { choice, text, toggle } from '../flags.js'
import { stdinName } from '../input.js'
import { noteLostName, privateKeyFormats, warnInGitTree } from '../keyForms.js'
import { keyFlags, readKeyRef } from '../keyRef.js'
import { readPassphrase } from '../passphrase.js'

/** `key convert`: a private key from one form into another, never onto the screen. */
export const keyConvert = defineCommand({
  name: 'key convert',
  summary: 'write a private key in another form',
  takes: 'FILE',
  wordsMax: 1,
  examples: [
    ['the PEM of the Okta console as a JWK', 'pkjwt key convert okta.pem --format jwk -o private-key.jwk'],
    ['encrypted, to be kept', 'pkjwt key convert private-key.jwk --format pkcs8 --new-passphrase-file secret.txt -o kept.pem'],
  ],
  flags: {
    format: choice('Output', privateKeyFormats, 'the form to write: jwk, pkcs8, pkcs1 or sec1'),
    output: text('Output', 'FILE', 'where it goes; - for stdout', { short: 'o', isFile: true }),
    force: toggle('Output', 'replace the file when it exists'),
    newPassphraseFile: text('Output', 'FILE', 'encrypt what is written (pkcs8) with the passphrase in this file', {
      isFile: true,
    }),
    passphraseFile: keyFlags.passphraseFile,
    kid: text('Key', 'ID', 'give the key this name, or choose it from a set'),
  },
  notes: ['"kid", "alg" and "use" are kept where the form can hold them. FILE may also be -, env:NAME or fd:N.'],
  async run({ flags: { format, output, force, newPassphraseFile, passphraseFile, kid }, words: [ref], io, talk }) {
    if (ref === undefined) throw needed('no file is named', 'Name the file of the key')
    if (format === undefined) throw needed('no form is named', `Give --format: ${privateKeyFormats.join(', ')}`)
    if (output === undefined) throw needed('nothing says where it goes', 'Give -o FILE, or -o - for stdout')
    const key = await readKeyRef(ref, { passphraseFile, kid, io, talk })
    const passphrase = await readPassphrase(newPassphraseFile, io, '--new-passphrase-file')
    const written = await writePrivateKey(key, format, { passphrase })
    const content = typeof written === 'string' ? written : `${JSON.stringify(written, null, 2)}\n`
    if (output === stdinName) return { text: content, data: written }
    await writeNewFile(output, content, { force })
    await warnInGitTree(output, talk)
    talk.note(`the private key is in ${output}`)
    noteLostName(key, format, talk)
    return {}
  },
})

function needed(state: string, hint: string): CliError {
  return new CliError('flag_missing', `Cannot convert a key: ${state}`, { hint, showHelp: true })
}
