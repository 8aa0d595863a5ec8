import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Finding } from 'pkjwt/errors'
import { profiles } from 'pkjwt/profiles'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findCommand } from '../../packages/cli/src/commands.js'
import type { Io } from '../../packages/cli/src/io.js'
import { run } from '../../packages/cli/src/run.js'
import { generateKeys, prepareApps } from './apps.js'
import { type Target, writeAttempt } from './attempt.js'
import { type Attempt, now, ruleCases } from './cases.js'

const issuer = 'https://example.okta.com'
let target: Target
let folder: string

beforeAll(async () => {
  const keys = await generateKeys()
  target = { issuer, keys, apps: prepareApps(keys) }
  folder = await mkdtemp(join(tmpdir(), 'pkjwt-rules-'))
  for (const { client_id, jwks } of Object.values(target.apps)) await writeFile(join(folder, client_id), JSON.stringify(jwks))
})

afterAll(() => rm(folder, { recursive: true }))

/** What the token and the registered keys show. The state of an app is known to its server only, and an app without keys has no key file. */
const shown = ruleCases.filter(
  ({ rule, needs }) => needs === 'token' && !['client-inactive', 'client-method', 'keys-missing'].includes(rule),
)

describe.each(shown)('pkjwt diagnose, $rule: $what', ({ rule, accepted, refused }) => {
  it('exits 1 and names the rule first', async () => {
    const { code, findings } = await diagnose(refused)
    expect(findings.find(({ severity }) => severity === 'error')?.id).toBe(rule)
    expect(code).toBe(1)
  })

  it('exits 0 when that one thing is right', async () => {
    const { code, findings } = await diagnose(accepted)
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(code).toBe(0)
  })
})

async function diagnose(attempt: Attempt): Promise<{ readonly code: number; readonly findings: readonly Finding[] }> {
  const { assertion, app } = await writeAttempt(attempt, target)
  const profile = app.profile ?? 'okta'
  const audience = profiles[profile].audience === 'issuer' ? issuer : `${issuer}/oauth2/v1/token`
  const words = ['diagnose', '-', '--keys', join(folder, app.client_id), '--client-id', app.client_id, '--audience', audience]
  const { io, printed } = createIo(assertion)
  const code = await run([...words, '--profile', profile, '--at', String(now), '--json'], io, findCommand)
  const { findings = [] } = JSON.parse(printed()) as { findings?: Finding[] }
  return { code, findings }
}

/** A world with a text on standard input, whose standard output is kept. */
function createIo(input: string): { readonly io: Io; printed(): string } {
  const printed: string[] = []
  const quiet = { isTerminal: false, columns: undefined, write: () => undefined }
  return {
    io: {
      env: {},
      stdin: { isTerminal: false, read: async () => new TextEncoder().encode(input) },
      stdout: { ...quiet, write: (text: string) => void printed.push(text) },
      stderr: quiet,
      clock: () => new Date(now * 1000),
      ended: () => new Promise(() => undefined),
    },
    printed: () => printed.join(''),
  }
}
