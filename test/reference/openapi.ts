import { createAuthorizationServer } from '@pkjwt/server'

/** What a test looks at in an OpenAPI document. */
export interface OpenapiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenapiOperation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>
}

export interface OpenapiOperation {
  readonly operationId: string
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, Place>>
  /** Any of these lets a caller in. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
}

export interface OpenapiResponse {
  readonly description: string
  readonly headers?: Readonly<Record<string, Place>>
  readonly content?: Content
  /** What is refused in a header alone. */
  readonly 'x-challenges'?: readonly unknown[]
}

type Content = Readonly<Record<string, { readonly schema: object }>>

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
