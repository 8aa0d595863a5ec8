import { describeKey, type KeyDescription } from 'pkjwt/keys'
import { CliError } from '../cliError.js'
import { defineCommand } from '../command.js'
import type { EnvelopeError } from '../envelope.js'
import { exit } from '../exitCodes.js'
import { type LayOut, writeRows } from '../format.js'
import type { Io } from '../io.js'
import { readKeyBytes } from '../keyBytes.js'
import { keyFlags, withFlagHint } from '../keyRef.js'
import { readPassphrase } from '../passphrase.js'
import { findKnownError } from '../report.js'
import { safe } from '../talk.js'

/** What one file holds, or why it cannot be used. */
interface Shown extends Partial<KeyDescription> {
  readonly file: string
  readonly ok: boolean
  readonly error?: EnvelopeError
}

/** `key show`: what key files hold, nothing secret of it. */
export const keyShow = defineCommand({
  name: 'key show',
  summary: 'say what key files hold',
  takes: 'FILE…',
  wordsMax: 1000,
  examples: [
    ['what is this?', 'pkjwt key show private-key.pem'],
    ['every key of a folder, for a program', 'pkjwt key show keys/* --json'],
  ],
  flags: { passphraseFile: keyFlags.passphraseFile },
  notes: [
    'It reads private and public keys, sets and certificates in every form, and checks them. Nothing secret is printed. FILE may also be -, env:NAME or fd:N. The exit code is 65 when any of them cannot be used.',
  ],
  async run({ flags: { passphraseFile }, words, io, paint }) {
    if (words.length === 0)
      throw new CliError('argument_missing', 'Cannot show a key: no file is named', {
        hint: 'Name one file or more',
        showHelp: true,
      })
    const passphrase = await readPassphrase(passphraseFile, io)
    const shown: Shown[] = []
    for (const file of words) shown.push(await show(file, passphrase, io))
    const ok = shown.every((each) => each.ok)
    const layout = { paint, columns: io.stdout.columns }
    const text = shown.map((each) => writeShown(each, layout)).join('\n')
    return { ok, data: shown, text, exitCode: ok ? exit.done : exit.inputInvalid }
  },
})

async function show(file: string, passphrase: string | undefined, io: Io): Promise<Shown> {
  try {
    const bytes = await readKeyBytes(file, io)
    return { file, ok: true, ...(await withFlagHint(() => describeKey(bytes, { passphrase }))) }
  } catch (thrown) {
    const known = findKnownError(thrown)
    // A key on the command line is refused as a whole: nothing of it may come back, not even as a name.
    if (known === undefined || known.exitCode === exit.usage) throw thrown
    return { file, ok: false, error: known.error }
  }
}

function writeShown({ file, ok, error, ...held }: Shown, layout: LayOut): string {
  const { paint } = layout
  const title = `${ok ? paint.green('✓') : paint.red('✗')} ${paint.bold(safe(file))}\n`
  if (error !== undefined)
    return (
      title +
      writeRows([['problem', error.message], ...(error.hint === undefined ? [] : [['do this', error.hint] as const])], layout)
    )
  const keys = held.keys ?? []
  return (
    title +
    writeRows(rowsOf(held), layout) +
    keys.map((key, index) => `  ${paint.dim(`key ${index + 1}`)}\n${indented(writeRows(rowsOf(key), layout))}`).join('')
  )
}

function rowsOf({
  kind,
  format,
  encrypted,
  kty,
  crv,
  bits,
  algs,
  kid,
  thumbprint,
}: Partial<KeyDescription>): readonly (readonly [string, string])[] {
  const what = kind === undefined ? '' : kindNames[kind]
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['holds', `${what}${encrypted ? ', encrypted' : ''}`],
    ['form', format],
    ['type', kty === undefined ? undefined : `${kty} ${crv ?? `${bits} bits`}`],
    ['signs with', algs?.join(', ')],
    ['kid', kind === 'set' ? undefined : (kid ?? 'none')],
    ['thumbprint', thumbprint],
  ]
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, safe(value)] as const]))
}

const kindNames = {
  private: 'a private key',
  public: 'a public key',
  set: 'a set of keys',
  certificate: 'a certificate',
} as const

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}
