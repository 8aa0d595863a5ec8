import { isJsonObject, readJson } from '../encoding/json.js'
import { type CurlRequest, looksLikeCurl, readCurl } from './curl.js'
import type { RawRequest } from './tokenRequest.js'
import { type RawResponse, readErrorBody } from './tokenResponse.js'

/** What a pasted text turned out to be, told apart by its content. */
export type Pasted =
  | { readonly kind: 'token'; readonly token: string; readonly dressing: readonly string[] }
  | { readonly kind: 'request'; readonly request: RawRequest | CurlRequest }
  | { readonly kind: 'response'; readonly response: RawResponse }
  | { readonly kind: 'unknown'; readonly text: string }

/** The longest text that is looked at; a longer one is no token, no request and no answer. */
export const pastedCharactersMax = 262_144

/**
 * Reads what somebody pasted: a token (with whatever stands around it), a curl command, a form, or a server's answer.
 *
 * @example
 * assert.equal(readPasted(`Authorization: Bearer ${assertion}`).kind, 'token')
 */
export function readPasted(text: string): Pasted {
  if (text.length > pastedCharactersMax) return { kind: 'unknown', text: text.slice(0, 200) }
  const trimmed = text.trim()
  if (looksLikeCurl(trimmed)) return { kind: 'request', request: readCurl(trimmed) }
  if (/^HTTP\/\d/.test(trimmed)) return { kind: 'response', response: readRawResponse(trimmed) }
  if (isErrorJson(trimmed))
    return { kind: 'response', response: { status: undefinedStatus, header: () => undefined, body: trimmed } }
  if (/(^|&)(client_assertion|grant_type|client_assertion_type)=/.test(trimmed))
    return { kind: 'request', request: { body: joinedForm(trimmed) } }
  const undressed = undress(text)
  return undressed.token === '' ? { kind: 'unknown', text: trimmed } : { kind: 'token', ...undressed }
}

/** Stands for the status of an answer of which only the body was pasted. */
export const undefinedStatus = 0

/**
 * Takes quotes, white space, a `Bearer` prefix and a parameter name off a token, and says what was there.
 *
 * @example
 * assert.equal(undress('"Bearer a.b.c" ').token, 'a.b.c')
 */
export function undress(text: string): { readonly token: string; readonly dressing: readonly string[] } {
  const dressing: string[] = []
  let token = text
  for (const { name, pattern, keep = '' } of dressings) {
    const next = token.replace(pattern, keep)
    if (next !== token && !dressing.includes(name)) dressing.push(name)
    token = next
  }
  return { token, dressing }
}

const dressings: readonly { readonly name: string; readonly pattern: RegExp; readonly keep?: string }[] = [
  { name: 'an invisible character', pattern: /[\u200b-\u200f\u2060\ufeff]/g },
  { name: 'white space', pattern: /^[ \t]+|[ \t]+$|\r?\n$/g },
  { name: 'quotes', pattern: /^["'“”‘’`]+|["'“”‘’`,;]+$/g },
  { name: 'the name of the header', pattern: /^authorization:\s*/i },
  { name: 'the name of the parameter', pattern: /^client_assertion["']?\s*[=:]\s*["']?/ },
  { name: 'the word Bearer', pattern: /^(bearer|dpop)\s+/i },
  // A line break inside a token comes from a terminal or a mail that wrapped it.
  { name: 'a line break inside', pattern: /\s*\r?\n\s*/g },
]

function isErrorJson(text: string): boolean {
  if (!text.startsWith('{')) return false
  try {
    const value = readJson(text)
    return readErrorBody(value) !== undefined || (isJsonObject(value) && 'access_token' in value)
  } catch {
    return false
  }
}

/** A form as people paste it: one line, or one parameter a line. */
function joinedForm(text: string): string {
  return text.split(/\s*\r?\n\s*/).join(text.includes('&') ? '' : '&')
}

function readRawResponse(text: string): RawResponse {
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/)
  const [statusLine = '', ...lines] = head.split(/\r?\n/)
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  return {
    status: Number(/^HTTP\/[\d.]+ (\d{3})/.exec(statusLine)?.[1] ?? undefinedStatus),
    header: (name) => headers.get(name.toLowerCase()),
    body: rest.join('\n\n').trim(),
  }
}
