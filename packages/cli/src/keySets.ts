import { UnavailableError } from 'pkjwt/errors'
import { type KeySet, readPublicKeys } from 'pkjwt/keys'
import { nodeFetch } from 'pkjwt/node'
import { type FlagTable, looksLikeKeyMaterial, text } from './flags.js'
import { readInput, systemCode } from './input.js'
import type { Io } from './io.js'
import { keyOnCommandLine } from './tokenInput.js'

/** The flag for the public keys that the server holds. */
export const keysFlags = {
  keys: text('Key', 'FILE|URL', 'the public keys that the server holds: JWK, JWKS, PEM or certificate', {
    aliases: ['--jwks'],
    isFile: true,
  }),
} satisfies FlagTable

const timeoutMilliseconds = 10_000

/** Reads the public keys that a server holds, from a file, stdin or an address. */
export async function openKeys(ref: string, io: Io): Promise<KeySet> {
  if (looksLikeKeyMaterial(ref)) throw keyOnCommandLine()
  return readPublicKeys(/^https?:\/\//.test(ref) ? await fetchKeys(ref) : await readInput(ref, 'the public keys', io))
}

async function fetchKeys(url: string): Promise<Uint8Array> {
  const sentence = `Cannot read the public keys from ${JSON.stringify(url.slice(0, 200))}`
  const hint = 'Give the address of the key set itself, such as https://example.okta.com/oauth2/v1/keys'
  const init = {
    headers: { accept: 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMilliseconds),
  } as const
  try {
    const response = await nodeFetch(url, init)
    if (response.status === 200) return new Uint8Array(await response.arrayBuffer())
    throw new UnavailableError('server_answer_invalid', `${sentence}: the answer is ${response.status}`, { hint })
  } catch (cause) {
    if (cause instanceof UnavailableError) throw cause
    throw new UnavailableError('server_unreachable', `${sentence}: ${systemCode(cause)}`, { hint, cause })
  }
}
