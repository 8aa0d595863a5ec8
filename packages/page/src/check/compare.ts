import { type DraftJwt, readDraftJwt } from 'pkjwt/jwt'
import { readText } from './check.js'

/** One member of two tokens, side by side. */
export interface ComparedMember {
  readonly part: 'header' | 'claims'
  readonly name: string
  readonly first: unknown
  readonly second: unknown
  readonly same: boolean
}

/** Compares two tokens member by member; undefined when one of the texts holds none. */
export function compare(first: string, second: string): ComparedMember[] | undefined {
  const [one, other] = [tokenIn(first), tokenIn(second)]
  if (one === undefined || other === undefined) return undefined
  return (['header', 'claims'] as const).flatMap((part) => compareParts(part, one[part] ?? {}, other[part] ?? {}))
}

function tokenIn(text: string): DraftJwt | undefined {
  const { token } = readText(text)
  const draft = token === undefined ? undefined : readDraftJwt(token)
  return draft?.claims === undefined ? undefined : draft
}

function compareParts(
  part: ComparedMember['part'],
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): ComparedMember[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Array.from(names, (name) => {
    const [first, second] = [one[name], other[name]]
    return { part, name, first, second, same: JSON.stringify(first) === JSON.stringify(second) }
  })
}
