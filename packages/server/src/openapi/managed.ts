import { z } from 'zod'
import type { Answer, Body } from './operation.js'
import { managementRefusals } from './refusals.js'
import { list, ref, type Schema } from './schema.js'

const { invalid, notFound, changedMeanwhile } = managementRefusals

/** A body as the schema that the server reads it with. */
export function json(schema: z.ZodType, example: Schema): Body {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return { mediaType: 'application/json', schema: rest, example }
}

/** One thing, as JSON. */
export const shows = (name: string, description: string, status: 200 | 201 = 200): Answer => ({
  status,
  description,
  mediaType: 'application/json',
  schema: ref(name),
})

/** A list of things. */
export const lists = (name: string, description: string): Answer => ({
  status: 200,
  description,
  mediaType: 'application/json',
  schema: list(ref(name)),
})

/** Nothing is left to show. */
export const gone = (description: string): Answer => ({ status: 204, description })

/** A page of a list, with a link to the next one. */
export const pageOf = (name: string, description: string): Answer => ({ ...lists(name, description), headers: ['link'] })

/** A public key for examples. */
export const publicKey = {
  kty: 'EC',
  crv: 'P-256',
  kid: '2026-01',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}

/** Who changes an app that could do something once. */
export const protectedApps =
  'An app that was ever granted a scope, or that holds a role that changes apps, is changed by a Super Admin alone.'

/** What a change of an app is refused with. */
export const change = { refusals: [notFound, changedMeanwhile] } as const

/** What a change of a key is refused with. */
export const changeKey = { refusals: [notFound, changedMeanwhile, invalid], description: protectedApps } as const
