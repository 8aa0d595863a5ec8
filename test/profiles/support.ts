import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JSONWebKeySet } from 'jose'
import { createAssertion } from 'pkjwt'
import { type Finding, RefusedError } from 'pkjwt/errors'
import type { SigningKey } from 'pkjwt/keys'
import type { ProfileName } from 'pkjwt/profiles'
import type { AssertionOptions } from 'pkjwt/protocol'
import { jwtBearerAssertionType, type RuleId } from 'pkjwt/rules'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findCommand } from '../../packages/cli/src/commands.js'
import type { Io } from '../../packages/cli/src/io.js'
import { run } from '../../packages/cli/src/run.js'
import type { VendorServer } from './vendorServer.js'

/** The present of every test here: 2026-02-03T04:05:06Z. */
export const clock = () => new Date(1_770_091_506_000)

/** Seconds since the epoch, from the present. */
export function at(seconds: number): number {
  return clock().getTime() / 1000 + seconds
}

/** A vendor's server that runs, and what an assertion that it takes is made of. */
export interface Prepared {
  readonly server: VendorServer
  readonly assertion: AssertionOptions & { readonly profile: ProfileName; readonly audience: string; readonly clientId: string }
  /** What the form holds beside the assertion. */
  readonly form: Readonly<Record<string, string>>
  /** What `diagnose` is told beside the token. */
  readonly words: readonly string[]
}

/** What a case changes in an assertion. */
export type Change = Partial<Omit<AssertionOptions, 'profile'>>

/** One rule of a vendor: an assertion that it refuses, and its twin, changed by one thing, that it takes. */
export interface VendorCase {
  readonly rule: RuleId
  readonly what: string
  readonly refused: (prepared: Prepared) => Change
  readonly accepted: (prepared: Prepared) => Change
}

/** Holds the profile against the vendor's server, rule by rule: library, command line and server have to agree. */
export function testCases(
  prepare: () => Promise<Prepared>,
  { cases, shape }: { cases: readonly VendorCase[]; shape: object },
): void {
  let prepared: Prepared

  beforeAll(async () => {
    prepared = await prepare()
  })

  afterAll(() => prepared.server[Symbol.asyncDispose]())

  describe.each(cases)('$rule: $what', ({ rule, refused, accepted }) => {
    const sign = (change: Change) => createAssertion({ ...prepared.assertion, now: clock(), ...change })

    it('is not signed by the library, and its twin is', async () => {
      const refusal = await sign(refused(prepared)).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(RefusedError)
      expect((refusal as RefusedError).findings[0]?.id).toBe(rule)
      await expect(sign(accepted(prepared))).resolves.toMatch(/^eyJ/)
    })

    it('is refused by the server in its own words, and its twin gets a token', async () => {
      const refusal = await post(prepared, await sign({ ...refused(prepared), check: false }))
      expect(refusal).toMatchObject(shape)
      expect(await post(prepared, await sign(accepted(prepared)))).toMatchObject({ access_token: expect.any(String) })
    })

    it('is named by pkjwt diagnose, which has nothing against its twin', async () => {
      expect(await diagnosed(prepared, await sign({ ...refused(prepared), check: false }))).toMatchObject({ code: 1, rule })
      expect(await diagnosed(prepared, await sign(accepted(prepared)))).toEqual({ code: 0, rule: undefined })
    })
  })
}

/** Sends an assertion to the vendor's server. */
export async function post({ server, form }: Prepared, assertion: string): Promise<unknown> {
  const grant = { grant_type: 'client_credentials', client_assertion_type: jwtBearerAssertionType, client_assertion: assertion }
  const response = await fetch(server.tokenEndpoint, { method: 'POST', body: new URLSearchParams({ ...grant, ...form }) })
  return { status: response.status, ...((await response.json()) as object) }
}

async function diagnosed({ assertion: { profile, audience, clientId }, words }: Prepared, token: string) {
  const target = ['--profile', profile, '--audience', audience, '--client-id', clientId]
  const { code, stdout } = await pkjwt(['diagnose', '-', ...target, ...words, '--json'], token)
  const { findings = [] } = JSON.parse(stdout) as { findings?: Finding[] }
  return { code, rule: findings.find(({ severity }) => severity === 'error')?.id }
}

/** Runs the command line in this process, at the present of these tests. */
export async function pkjwt(words: readonly string[], stdin = ''): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const into = (texts: string[]) => ({ isTerminal: false, columns: undefined, write: (text: string) => void texts.push(text) })
  const io: Io = {
    env: {},
    stdin: { isTerminal: false, read: async () => new TextEncoder().encode(stdin) },
    stdout: into(stdout),
    stderr: into(stderr),
    clock,
    ended: () => new Promise(() => undefined),
  }
  const code = await run([...words], io, findCommand)
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

/** The public halves of keys, as they are registered. */
export function jwksOf(...keys: readonly SigningKey[]): JSONWebKeySet {
  return JSON.parse(JSON.stringify({ keys: keys.map(({ publicKey }) => publicKey.jwk) }))
}

/** A folder with files, gone afterwards. */
export async function makeFolder(files: Readonly<Record<string, string | object>>) {
  const path = await mkdtemp(join(tmpdir(), 'pkjwt-profiles-'))
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(path, name), typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
  }
  return { file: (name: string) => join(path, name), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
