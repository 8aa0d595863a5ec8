import { shellWord } from '../../tokenPreview.js'
import type { HttpRequest } from '../wire/request.js'

const bodyCharactersMax = 2000

/** A request as a curl command. The signature of the assertion is left out: whoever has the whole could use it. */
export function writeCurl({ url, method, headers, body }: HttpRequest): string {
  const words = [
    ['curl', '-sS', '-i', ...(method === 'POST' ? [] : ['-X', method]), url],
    ...Object.entries(headers).map(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(body === undefined ? [] : [['--data-raw', masked(body)]]),
  ]
  return words.map((line) => line.map(shellWord).join(' ')).join(' \\\n  ')
}

function masked(body: string): string {
  const shown = body.replace(/(^|&)client_assertion=([^&]*)/g, (_, start: string, value: string) => {
    return `${start}client_assertion=${withoutSignature(value)}`
  })
  return shown.length > bodyCharactersMax ? `${shown.slice(0, bodyCharactersMax)}…` : shown
}

/** Header and claims are what the case is about. A text whose signature cannot be told apart is left out whole. */
function withoutSignature(assertion: string): string {
  if (/^[\w-]{0,20}$/.test(assertion)) return assertion
  const [, readable] = /^([\w-]*\.[\w-]*)(?:\.|$)/.exec(assertion) ?? []
  return readable === undefined ? 'ASSERTION' : `${readable}.SIGNATURE`
}
