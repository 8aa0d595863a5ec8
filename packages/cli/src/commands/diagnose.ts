import { type Diagnosis, diagnose } from 'pkjwt/protocol'
import { defineCommand } from '../command.js'
import { text } from '../flags.js'
import { type LayOut, writeFindings, writeUnchecked } from '../format.js'
import { readInputText } from '../input.js'
import { keyFlags, openKeyRef } from '../keyRef.js'
import { keysFlags, openKeys } from '../keySets.js'
import { atFlag, offlineAlternatives, offlineFlags, readAt } from '../target.js'
import { readTokenText } from '../tokenInput.js'

/** `diagnose`: every rule over a token, a request or an answer, and what could not be checked. */
export const diagnoseCommand = defineCommand({
  name: 'diagnose',
  summary: 'say why a server refuses, or would refuse, a token',
  takes: '[TOKEN]',
  wordsMax: 1,
  examples: [
    [
      'why does my organisation refuse this assertion?',
      'pkjwt diagnose eyJhbGciOi… --org example.okta.com --key private-key.jwk',
    ],
    ['what does this answer of the server mean?', 'pkjwt diagnose --response answer.json'],
    ['a whole curl command from the clipboard', 'pbpaste | pkjwt diagnose --client-id 0oa1'],
  ],
  flags: {
    response: text('Input', 'FILE', 'what the server answered: the JSON body, or the whole HTTP response', { isFile: true }),
    ...keysFlags,
    ...keyFlags,
    ...offlineFlags,
    ...atFlag,
  },
  alternatives: offlineAlternatives,
  notes: [
    'TOKEN may be an assertion, a curl command or a form; quotes, white space and "Bearer" around it are seen through. It is read from stdin when it is -, or when neither it nor --response is named. The exit code is 0 when nothing is wrong, 1 otherwise.',
  ],
  async run({ flags, words, io, talk, paint }) {
    const needsToken = words[0] !== undefined || flags.response === undefined
    const assertion = needsToken ? await readTokenText(words[0], io) : undefined
    const response = flags.response === undefined ? undefined : await readInputText(flags.response, 'the answer', io)
    const keys = flags.keys === undefined ? undefined : await openKeys(flags.keys, io)
    const key = flags.key === undefined ? undefined : await openKeyRef(flags.key, { ...flags, io, talk })
    const { clientId, org, audience, profile } = flags
    const now = readAt(flags.at, io.clock, talk) ?? (response === undefined ? io.clock() : undefined)
    const diagnosis = await diagnose({ assertion, response }, { key, keys, clientId, org, audience, profile, now })
    const { ok, findings, notChecked } = diagnosis
    return { ok, findings, data: { notChecked }, text: writeDiagnosis(diagnosis, { paint, columns: io.stdout.columns }) }
  },
})

function writeDiagnosis({ ok, findings, notChecked }: Diagnosis, layout: LayOut): string {
  const { paint } = layout
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const verdict = ok
    ? `${paint.green('✓')} Nothing found that a server would refuse`
    : `${paint.red('✗')} ${errors === 1 ? 'One thing' : `${errors} things`} to mend, the first one first`
  return [
    ...(findings.length === 0 ? [] : [writeFindings(findings, layout), '\n']),
    `${paint.bold(verdict)}\n`,
    writeUnchecked(notChecked, layout),
  ].join('')
}
