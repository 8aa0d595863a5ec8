import { isJsonObject } from 'pkjwt/encoding'

// What the management API answers is JSON of which nothing is sure: members are read one by one, and what is not there is not shown.

/** What JSON calls an object. */
export type WireObject = Readonly<Record<string, unknown>>

/** A time as the API spells it; undefined for anything else. */
export function readDate(value: unknown): Date | undefined {
  const milliseconds = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds)
}

/** A member that is a text and not empty. */
export function textAt(value: WireObject, name: string): string | undefined {
  const member = value[name]
  return typeof member === 'string' && member !== '' ? member : undefined
}

/** An object; an empty one for anything else. */
export function objectIn(value: unknown): WireObject {
  return isJsonObject(value) ? value : {}
}

/** A list; an empty one for anything else. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
