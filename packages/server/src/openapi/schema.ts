/** A JSON Schema (2020-12), as OpenAPI 3.1 has them. */
export type Schema = Readonly<Record<string, unknown>>

/** A string, with what it means. */
export function text(description: string, rest: Schema = {}): Schema {
  return { type: 'string', description, ...rest }
}

/** A time such as 2026-01-31T12:00:00.000Z. */
export function time(description: string): Schema {
  return text(description, { format: 'date-time' })
}

/** Something that may be `null`. */
export function nullable(schema: Schema): Schema {
  return { ...schema, type: [schema['type'], 'null'] }
}

/** A list. */
export function list(items: Schema, description?: string): Schema {
  return { type: 'array', ...(description === undefined ? {} : { description }), items }
}

export interface ObjectOptions {
  readonly description?: string
  /** Members that may be absent; all others are always there. */
  readonly optional?: readonly string[]
  /** Further members may come, which nobody here looks at. */
  readonly isOpen?: boolean
}

/** An object with these members. */
export function object(properties: Readonly<Record<string, Schema>>, options: ObjectOptions = {}): Schema {
  const { description, optional = [], isOpen = false } = options
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
    ...(isOpen ? { additionalProperties: true } : {}),
  }
}

/** Any object. */
export function anyObject(description: string): Schema {
  return object({}, { description, isOpen: true })
}

/** A place in `components`. */
export function ref(name: string, kind = 'schemas'): Schema {
  return { $ref: `#/components/${kind}/${name}` }
}
