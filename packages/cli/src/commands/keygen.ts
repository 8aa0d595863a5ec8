import {
  type Algorithm,
  algorithmNames,
  algorithms,
  generateKey,
  type PrivateKeyFormat,
  writePrivateKey,
  writePublicKeys,
} from 'pkjwt/keys'
import { CliError } from '../cliError.js'
import { defineCommand } from '../command.js'
import { writeNewFile } from '../files.js'
import { choice, text, toggle, wholeNumber } from '../flags.js'
import { stdinName } from '../input.js'
import { noteLostName, privateKeyFormats, warnInGitTree } from '../keyForms.js'
import { readPassphrase } from '../passphrase.js'

/** `keygen`: the private key goes into a file, the public one to stdout. */
export const keygen = defineCommand({
  name: 'keygen',
  summary: 'make a private key, and print the public one to register',
  examples: [
    ['an RSA key for Okta, in private-key.jwk', 'pkjwt keygen'],
    ['an EC key as PEM, in a file of your choice', 'pkjwt keygen --alg ES256 --format pkcs8 -o app.pem'],
    ['the public key straight into a file to register', 'pkjwt keygen > public-key.jwk'],
  ],
  flags: {
    alg: choice('Key', algorithmNames, 'the algorithm it signs with; RS256 by default'),
    bits: wholeNumber('Key', 'N', 'the length of an RSA modulus; 2048 by default', { min: 1, max: 16_384 }),
    kid: text('Key', 'ID', 'the name of the key; its RFC 7638 thumbprint by default'),
    format: choice('Output', privateKeyFormats, 'the form of the private key; jwk by default'),
    output: text('Output', 'FILE', 'where the private key goes; private-key.jwk or .pem by default, - for stdout', {
      short: 'o',
      isFile: true,
    }),
    passphraseFile: text('Output', 'FILE', 'encrypt the private key (pkcs8) with the passphrase in this file', { isFile: true }),
    force: toggle('Output', 'replace the file when it exists'),
  },
  notes: [
    'The file is made with mode 0600. Register what is printed with the app; the private key never leaves this machine. Okta takes RS and ES algorithms.',
  ],
  async run({ flags: { alg, bits, kid, format, output, passphraseFile, force }, io, talk }) {
    const passphrase = await readPassphrase(passphraseFile, io)
    const form = format ?? (passphrase === undefined ? 'jwk' : 'pkcs8')
    refuseContradiction(alg ?? 'RS256', form, bits)
    const key = await generateKey({ alg, bits, kid })
    const written = await writePrivateKey(key, form, { passphrase })
    const content = typeof written === 'string' ? written : `${JSON.stringify(written, null, 2)}\n`
    if (output === stdinName) return { text: content, data: written }
    const file = output ?? (form === 'jwk' ? 'private-key.jwk' : 'private-key.pem')
    await writeNewFile(file, content, { force })
    await warnInGitTree(file, talk)
    talk.note(`the private key is in ${file}; register the public key that is printed`)
    noteLostName(key, form, talk)
    const publicKey = await writePublicKeys(key, 'jwk')
    return { text: JSON.stringify(publicKey, null, 2), data: publicKey }
  },
})

/** Told before a key is made, which for RSA takes a while. */
function refuseContradiction(alg: Algorithm, format: PrivateKeyFormat, bits: number | undefined): void {
  const { kty } = algorithms[alg]
  const holds = { jwk: undefined, pkcs8: undefined, pkcs1: 'RSA', sec1: 'EC' } as const
  const wanted = holds[format]
  if (wanted !== undefined && wanted !== kty) {
    throw new CliError('flag_conflict', `Cannot write an ${alg} key as ${format}: that form is for ${wanted} keys`, {
      hint: 'Use --format pkcs8, or jwk',
    })
  }
  if (bits !== undefined && kty !== 'RSA') {
    throw new CliError('flag_conflict', `Cannot use --bits with ${alg}: its curve decides the size`, { hint: 'Leave --bits out' })
  }
}
