import { PkjwtError } from 'pkjwt/errors'
import { type DraftJwt, readDraftJwt, tokenKindOf } from 'pkjwt/jwt'
import { diagnose, undress } from 'pkjwt/protocol'
import { defineCommand, type Outcome } from '../command.js'
import { text } from '../flags.js'
import { type LayOut, writeMembers, writeRows } from '../format.js'
import { readTime } from '../times.js'
import { readTokenText } from '../tokenInput.js'

/** `inspect`: what a token says, and that nobody has checked it. */
export const inspect = defineCommand({
  name: 'inspect',
  summary: 'show what a token says, believing none of it',
  takes: '[TOKEN]',
  wordsMax: 1,
  examples: [
    ['what is in this token?', 'pkjwt inspect eyJhbGciOi…'],
    ['from the clipboard, as JSON', 'pbpaste | pkjwt inspect --json'],
  ],
  flags: {
    at: text('Time', 'TIME', 'tell distances from this time instead of now'),
  },
  notes: [
    'It checks no signature: use verify with the public key, or diagnose for every rule. TOKEN is read from stdin when it is - or not named.',
  ],
  async run({ flags, words, io, talk, paint }) {
    const given = await readTokenText(words[0], io)
    const now = flags.at === undefined ? io.clock() : readTime(flags.at, '--at', io.clock()).date
    const { token, dressing } = undress(given)
    const jwt = readDraftJwt(token)
    const kind = tokenKindOf(jwt)
    const [header, claims] = [jwt.header, jwt.claims]
    if (header === undefined && kind !== 'encrypted token (JWE)') throw unreadable(jwt)
    const findings = (await diagnose({ assertion: given }, { now })).findings.filter(({ id }) => id === 'token-dressed')
    for (const { message, fix } of findings) talk.warn(message, fix)
    const signatureBytes = jwt.signature?.length
    const data = {
      kind,
      header,
      claims,
      signatureBytes,
      dressing,
      faults: jwt.faults.map(({ part, detail }) => ({ part, detail })),
    }
    return { data, findings, text: writeToken(jwt, kind, { paint, columns: io.stdout.columns }, now) } satisfies Outcome
  },
})

function unreadable({ faults: [fault], text: token }: DraftJwt): PkjwtError {
  const part = fault === undefined || fault.part === 'token' ? 'a token' : `the ${fault.part} of a token`
  const hint = token.trim().startsWith('{')
    ? 'Give the compact form, not JSON'
    : 'Give the compact form: three base64url parts with a dot between them'
  return new PkjwtError('token_malformed', `Cannot read ${part}: ${fault?.detail ?? 'it holds nothing'}`, { hint })
}

function writeToken({ header, claims, signature, faults }: DraftJwt, kind: string, layout: LayOut, now: Date): string {
  const { paint } = layout
  const title = (words: string) => `${paint.bold(words)}\n`
  return [
    `${paint.bold(kind)}${paint.dim(', by its own words; nothing is checked')}\n\n`,
    ...(header === undefined ? [] : [title('Header'), writeMembers(header, layout, now), '\n']),
    ...(claims === undefined ? [] : [title('Claims'), writeMembers(claims, layout, now), '\n']),
    title('Signature'),
    writeRows([['bytes', signature === undefined ? 'none that can be read' : `${signature.length}, not checked`]], layout),
    ...faults.map(({ part, detail }) => `\n${paint.red('✗')} ${part}: ${detail}\n`),
  ].join('')
}
