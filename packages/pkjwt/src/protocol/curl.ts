import type { RawRequest } from './tokenRequest.js'

/** The request that a curl command would send. */
export interface CurlRequest extends RawRequest {
  /** Without its query. */
  readonly url: string | undefined
}

/** What each flag with a value does to the request; whatever else stands in the command changes nothing that is checked here. */
const flags: Readonly<Record<string, 'data' | 'encoded' | 'header' | 'method' | 'user' | 'url' | 'ignored'>> = {
  '-d': 'data',
  '--data': 'data',
  '--data-raw': 'data',
  '--data-ascii': 'data',
  '--data-binary': 'data',
  '--data-urlencode': 'encoded',
  '-H': 'header',
  '--header': 'header',
  '-X': 'method',
  '--request': 'method',
  '-u': 'user',
  '--user': 'user',
  '--url': 'url',
  '-o': 'ignored',
  '--output': 'ignored',
  '-A': 'ignored',
  '--user-agent': 'ignored',
  '-m': 'ignored',
  '--max-time': 'ignored',
}

// An assertion goes to curl through stdin, where no process list shows it: `printf %s TOKEN | curl … client_assertion@-`.
const piped = /^(?:\$\s*)?printf\s+['"]?%s['"]?\s+([^|]+?)\s*\|[\s\\]*(?=curl\s)/

/** Whether a text is a command that runs curl. */
export function looksLikeCurl(text: string): boolean {
  return /^(\$\s*)?curl\s/.test(text) || piped.test(text)
}

/** Reads a curl command as a shell and curl would, without expanding or sending anything. */
export function readCurl(command: string): CurlRequest {
  const [pipe = '', written = ''] = piped.exec(command) ?? []
  const stdin = shellWords(written)[0] ?? ''
  const body: string[] = []
  const headers = new Map<string, string>()
  const single = new Map<string, string>()
  const words = shellWords(command.slice(pipe.length))
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index] ?? ''
    const flag = flags[word]
    if (flag === undefined) {
      if (/^https?:\/\//.test(word)) single.set('url', word)
      continue
    }
    index += 1
    const value = words[index] ?? ''
    if (flag === 'data') body.push(value)
    else if (flag === 'encoded') body.push(urlEncoded(value, stdin))
    else if (flag === 'header')
      headers.set(value.slice(0, value.indexOf(':')).toLowerCase(), value.slice(value.indexOf(':') + 1).trim())
    else single.set(flag, value)
  }
  return requestOf(body.join('&'), headers, single)
}

function requestOf(body: string, headers: ReadonlyMap<string, string>, single: ReadonlyMap<string, string>): CurlRequest {
  const [url, query] = single.get('url')?.split('?') ?? []
  return {
    method: single.get('method') ?? (body === '' ? 'GET' : 'POST'),
    contentType: headers.get('content-type') ?? 'application/x-www-form-urlencoded',
    authorization: headers.get('authorization') ?? (single.has('user') ? 'Basic' : undefined),
    query,
    url,
    body,
  }
}

function urlEncoded(word: string, stdin: string): string {
  const equals = word.indexOf('=')
  if (equals < 0 && word.endsWith('@-')) return `${word.slice(0, -2)}=${encodeURIComponent(stdin)}`
  return `${word.slice(0, equals + 1)}${encodeURIComponent(word.slice(equals + 1))}`
}

/** Splits a command line as a POSIX shell does. */
function shellWords(command: string): string[] {
  const pattern = /\\\r?\n|\s+|((?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+)/gs
  const words: string[] = []
  for (const [, word] of command.matchAll(pattern)) {
    if (word !== undefined) words.push(word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, unquoted))
  }
  return words
}

function unquoted(_: string, single: string | undefined, double: string | undefined, bare: string | undefined): string {
  return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? bare ?? ''
}
