import type { Missing } from './draft.js'
import type { Provider } from './form.js'

/** The name of the field in which something missing is filled in. */
export function fieldNames(missing: Missing, provider: Provider): string {
  if (missing === 'domain') return provider === 'other' ? 'endpoint' : 'domain'
  return { clientId: 'client-id', key: 'private-key', payload: 'payload', audience: 'audience' }[missing]
}
