import { isJsonObject, readJson } from 'pkjwt/encoding'
import { PkjwtError } from 'pkjwt/errors'
import type { JsonObject } from 'pkjwt/jwt'
import { createExtra, type Extra } from './form.js'

/** JSON that was read, or why it cannot be: a sentence, and the line where it stops. */
export type ReadMembers =
  | { readonly members: JsonObject; readonly fault?: undefined }
  | { readonly members?: undefined; readonly fault: JsonFault }

export interface JsonFault {
  readonly message: string
  readonly hint: string | undefined
  /** The number of the line and what stands there; undefined when no line is at fault. */
  readonly line: { readonly number: number; readonly text: string } | undefined
}

/** Reads the text of a JSON object, and says on which line it stops being one. */
export function readMembers(text: string): ReadMembers {
  try {
    const value = readJson(text, { what: 'the payload' })
    if (isJsonObject(value)) return { members: value }
    return { fault: { message: 'The payload is no JSON object', hint: 'It begins with "{" and ends with "}"', line: undefined } }
  } catch (error) {
    if (!(error instanceof PkjwtError)) throw error
    const number = Number(/at line (\d+)/.exec(error.message)?.[1])
    const line = Number.isNaN(number) ? undefined : { number, text: text.split('\n')[number - 1]?.trim().slice(0, 80) ?? '' }
    return { fault: { message: error.message, hint: error.hint, line } }
  }
}

/** The value of an added member: JSON where it is JSON, else the text itself, as people write `tenant` and mean "tenant". */
export function extraValue({ text }: Extra): unknown {
  if (text.trim() === '') return ''
  try {
    return readJson(text)
  } catch {
    return text
  }
}

/** The added members that have a name. */
export function membersOf(extras: readonly Extra[]): JsonObject {
  return Object.fromEntries(
    extras.filter(({ name }) => name.trim() !== '').map((extra) => [extra.name.trim(), extraValue(extra)]),
  )
}

/** A row for a value; a text that would be read as something else keeps its quotes. */
export function extraOf(name: string, value: unknown): Extra {
  const plain = createExtra(name, typeof value === 'string' ? value : JSON.stringify(value))
  return extraValue(plain) === value || typeof value !== 'string' ? plain : createExtra(name, JSON.stringify(value))
}
