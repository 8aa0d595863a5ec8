import { isJsonObject, readJson } from 'pkjwt/encoding'
import type { KeyInput } from '../key/input.js'

/** The client id that stands in a key file beside the key, as `pkjwt serve` and this page write it. */
export function clientIdIn(input: KeyInput): string | undefined {
  try {
    const value = readJson(typeof input === 'string' ? input : new TextDecoder().decode(input))
    const id = isJsonObject(value) ? value['client_id'] : undefined
    return typeof id === 'string' && /^[\x21-\x7e]{1,100}$/.test(id) ? id : undefined
  } catch {
    // A key in another form, which says nothing of its app.
    return undefined
  }
}
