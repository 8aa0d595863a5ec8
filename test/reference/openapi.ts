import { createAuthorizationServer } from '@pkjwt/server'

/** What is looked at in an OpenAPI document. */
export interface OpenapiDocument {
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenapiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, OpenapiSchema>>
    readonly securitySchemes: Readonly<Record<string, { readonly description: string }>>
    readonly [kind: string]: Readonly<Record<string, object>>
  }
}

export interface OpenapiOperation {
  readonly tags: readonly string[]
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly OpenapiParameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, Place>>
  /** Any of these lets a caller in. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
}

export interface OpenapiParameter {
  readonly name: string
  readonly in: string
  readonly description?: string
  readonly schema: OpenapiSchema
}

export interface OpenapiResponse {
  readonly description: string
  readonly headers?: Readonly<Record<string, Place>>
  readonly content?: Content
  /** What is refused in a header alone. */
  readonly 'x-challenges'?: readonly { readonly error: string; readonly error_description: string }[]
}

export interface OpenapiSchema extends Place {
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, OpenapiSchema>>
  readonly required?: readonly string[]
  readonly items?: OpenapiSchema
  readonly oneOf?: readonly OpenapiSchema[]
  readonly anyOf?: readonly OpenapiSchema[]
  readonly enum?: readonly string[]
  readonly const?: unknown
  readonly pattern?: string
}

type Content = Readonly<Record<string, Media>>

interface Media {
  readonly schema: OpenapiSchema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, Example>>
}

interface Example {
  readonly summary: string
  readonly value: { readonly error?: string; readonly errorCode?: string }
}

/** A thing, or where it stands in the document. */
export interface Place {
  readonly $ref?: string
}

let document: Promise<OpenapiDocument> | undefined

/** The document of a server that has every route. */
export function readOpenapi(): Promise<OpenapiDocument> {
  document ??= fetchDocument()
  return document
}

async function fetchDocument(): Promise<OpenapiDocument> {
  const issuer = 'https://pkjwt.test'
  const server = createAuthorizationServer({ store: ':memory:', issuer, page: '<!doctype html>', control: true })
  try {
    const response = await server.fetch(`${issuer}/openapi.json`)
    return (await response.json()) as OpenapiDocument
  } finally {
    await server.close()
  }
}

/** The thing, wherever it stands. */
export function resolve<Thing>({ components }: OpenapiDocument, place: Place): Thing {
  const [, kind = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(place.$ref ?? '') ?? []
  return (place.$ref === undefined ? place : components[kind]?.[name]) as Thing
}
