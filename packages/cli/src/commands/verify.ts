import { parseJwt, verifyJws } from 'pkjwt/jwt'
import type { PublicKey } from 'pkjwt/keys'
import { type Diagnosis, diagnose } from 'pkjwt/protocol'
import { chooseKey } from 'pkjwt/rules'
import { CliError } from '../cliError.js'
import { defineCommand } from '../command.js'
import { type LayOut, writeFindings, writeMembers, writeUnchecked } from '../format.js'
import { keyFlags, openKeyRef } from '../keyRef.js'
import { keysFlags, openKeys } from '../keySets.js'
import { atFlag, offlineAlternatives, offlineFlags, readAt } from '../target.js'
import { readTokenText } from '../tokenInput.js'

const flags = { ...keysFlags, ...keyFlags, ...offlineFlags, ...atFlag }

/** `verify`: whether a server would take the assertion, as far as keys and flags let one say. */
export const verify = defineCommand({
  name: 'verify',
  summary: 'check the signature and the claims of an assertion',
  takes: '[TOKEN]',
  wordsMax: 1,
  examples: [
    ['with the registered public keys', 'pkjwt verify eyJhbGciOi… --keys jwks.json --org example.okta.com --client-id 0oa1'],
    ['what I just signed', 'pkjwt sign --key private-key.jwk … | pkjwt verify --key private-key.jwk --org example.okta.com'],
  ],
  flags,
  alternatives: offlineAlternatives,
  notes: ['The exit code is 0 when the assertion holds, 1 when it does not. TOKEN is read from stdin when it is - or not named.'],
  async run({ flags: { at, keys: keysRef, key: keyRef, passphraseFile, ...known }, words, io, talk, paint }) {
    if (keysRef === undefined && keyRef === undefined) throw keysNeeded()
    const key = keyRef === undefined ? undefined : await openKeyRef(keyRef, { passphraseFile, io, talk })
    const keys = keysRef === undefined ? undefined : await openKeys(keysRef, io)
    const token = (await readTokenText(words[0], io)).trim()
    const jwt = parseJwt(token)
    const now = readAt(at, io.clock, talk) ?? io.clock()
    const { clientId, org, audience, profile } = known
    const diagnosis = await diagnose({ assertion: token }, { key, keys, clientId, org, audience, profile, now })
    const { findings, notChecked } = diagnosis
    const layout = { paint, columns: io.stdout.columns }
    if (!diagnosis.ok) return { ok: false, findings, data: { notChecked }, text: writeRefused(diagnosis, layout) }
    const held = keys ?? { keys: key === undefined ? [] : [key.publicKey] }
    const { header } = await verifyJws(token, held)
    const used = chooseKey(header, held.keys)
    const data = { header, claims: jwt.claims, key: used === undefined ? undefined : describeKey(used), notChecked }
    return { findings, data, text: writeAccepted({ ...diagnosis, claims: jwt.claims, key: used }, layout, now) }
  },
})

function keysNeeded(): CliError {
  return new CliError('flag_missing', 'Cannot verify a token: there is no key to verify it with', {
    hint: 'Give the public keys with --keys FILE, or my own key with --key REF; without one, diagnose does what can be done',
    showHelp: true,
  })
}

function describeKey({ kid, kty, crv, bits, alg, thumbprint }: PublicKey) {
  return { kid, kty, crv, bits, alg, thumbprint }
}

function writeRefused({ findings, notChecked }: Diagnosis, layout: LayOut): string {
  const { paint } = layout
  return `${writeFindings(findings, layout)}\n${paint.bold(`${paint.red('✗')} Not valid`)}\n${writeUnchecked(notChecked, layout)}`
}

interface Accepted extends Diagnosis {
  readonly claims: Readonly<Record<string, unknown>>
  readonly key: PublicKey | undefined
}

function writeAccepted({ findings, notChecked, claims, key }: Accepted, layout: LayOut, now: Date): string {
  const { paint } = layout
  const name = key?.kid === undefined ? `thumbprint ${key?.thumbprint}` : `kid ${JSON.stringify(key.kid)}`
  return [
    writeMembers(claims, layout, now),
    '\n',
    ...(findings.length === 0 ? [] : [writeFindings(findings, layout), '\n']),
    `${paint.bold(`${paint.green('✓')} Valid: signed by the key with ${name}`)}\n`,
    writeUnchecked(notChecked, layout),
  ].join('')
}
