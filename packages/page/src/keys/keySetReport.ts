import { type Finding, PkjwtError } from 'pkjwt/errors'
import { type KeySet, type PublicKey, readPublicKeys } from 'pkjwt/keys'
import { checkRules, keyRules } from 'pkjwt/rules'

/** What is to be said about a key set that is going to be registered. */
export type KeySetReport =
  | { readonly is: 'empty' }
  | { readonly is: 'read'; readonly keys: KeySet; readonly rows: readonly KeyRow[]; readonly findings: readonly Finding[] }
  | { readonly is: 'refused'; readonly code: string; readonly message: string; readonly hint: string | undefined }

/** One key of the set, and what a server would say of it. */
export interface KeyRow {
  readonly key: PublicKey
  readonly findings: readonly Finding[]
}

/** Reads a key set and runs over it the rules by which a server chooses a key. */
export async function reportKeySet(input: string | Uint8Array): Promise<KeySetReport> {
  if (typeof input === 'string' && input.trim() === '') return { is: 'empty' }
  try {
    const keys = await readPublicKeys(input)
    return { is: 'read', keys, rows: keys.keys.map(rowOf), findings: setFindings(keys) }
  } catch (error) {
    if (!(error instanceof PkjwtError)) throw error
    return { is: 'refused', code: error.code, message: error.message, hint: error.hint }
  }
}

/** A token signed with this key, as its server would look at it. */
function rowOf(key: PublicKey): KeyRow {
  const header = { alg: key.algorithms[0], ...(key.kid === undefined ? {} : { kid: key.kid }) }
  return { key, findings: checkRules({ header, keys: [key], key }, keyRules) }
}

function setFindings({ keys }: KeySet): Finding[] {
  if (keys.length === 0) return checkRules({ header: {}, keys, key: undefined }, keyRules)
  const names = keys.map(({ kid }) => kid)
  const repeated = names.filter((kid, index) => kid !== undefined && names.indexOf(kid) !== index)
  const unnamed = keys.length > 1 && names.includes(undefined)
  if (repeated.length === 0 && !unnamed) return []
  const detail = repeated.length > 0 ? `"kid" ${JSON.stringify(repeated[0])} more than once` : 'a key without "kid" beside others'
  return checkRules({ header: {}, keys: [], key: undefined, fault: { fault: 'ambiguous', detail } }, keyRules).filter(
    ({ id }) => id === 'keys-ambiguous',
  )
}
