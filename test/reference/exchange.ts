import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { type OpenapiDocument, type OpenapiOperation, type OpenapiResponse, resolve } from './openapi.js'

/** A request and its answer, both read. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly requestType: string
  readonly requestBody: string
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** What is found when an exchange is compared with a document. */
export interface Comparison {
  /** The operation and the status that answered: `readApp 200`; `undefined` when the document has no such operation. */
  readonly answer: string | undefined
  readonly faults: readonly string[]
}

/** Prepares to compare exchanges with a document. Objects may then have no member that it does not name. */
export function createComparison(document: OpenapiDocument): (exchange: Exchange) => Comparison {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
      operation,
    })),
  )
  const validate = createValidation(document)
  return (exchange) => {
    const { method, path, status, headers } = exchange
    const wanted = method === 'HEAD' ? 'GET' : method
    const found = operations.find((each) => each.method === wanted && each.pattern.test(path.replace(/\/{2,}/g, '/')))
    if (found === undefined) return { answer: undefined, faults: [404, 405].includes(status) ? [] : ['no such operation'] }
    const { operation } = found
    const answer = `${operation.operationId} ${status}`
    const place = operation.responses[String(status)]
    if (place === undefined) return { answer, faults: [`${operation.operationId} has no status ${status}`] }
    const stated = resolve<OpenapiResponse>(document, place)
    const faults = [
      ...headerFaults(document, stated, headers),
      ...(method === 'HEAD' ? [] : bodyFaults(stated, exchange, validate)),
      ...(status < 300 ? requestFaults(operation, exchange, validate) : []),
    ]
    return { answer, faults }
  }
}

function headerFaults(document: OpenapiDocument, { headers = {} }: OpenapiResponse, got: Headers): readonly string[] {
  return Object.entries(headers).flatMap(([name, place]) => {
    const { required = false } = resolve<{ readonly required?: boolean }>(document, place)
    return required && !got.has(name) ? [`no header ${name}`] : []
  })
}

type Validate = (schema: object, value: unknown) => readonly string[]

function bodyFaults(stated: OpenapiResponse, { body, headers }: Exchange, validate: Validate): readonly string[] {
  const { content, 'x-challenges': challenges } = stated
  if (body === '') {
    if (challenges !== undefined) return headers.has('www-authenticate') ? [] : ['an empty body without a challenge']
    return content === undefined ? [] : ['an empty body']
  }
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  const media = content?.[type]
  if (media === undefined) return [`a body of type ${JSON.stringify(type)}`]
  return validate(media.schema, type === 'application/json' ? JSON.parse(body) : body)
}

/** What was accepted has to be what the document asks for. */
function requestFaults({ requestBody }: OpenapiOperation, exchange: Exchange, validate: Validate): readonly string[] {
  const [type = ''] = exchange.requestType.toLowerCase().split(';')
  if (requestBody === undefined) return []
  const media = requestBody.content[type]
  if (media === undefined) return [`a request of type ${JSON.stringify(type)}`]
  const value =
    type === 'application/json' ? JSON.parse(exchange.requestBody) : Object.fromEntries(new URLSearchParams(exchange.requestBody))
  return validate(media.schema, value).map((fault) => `the request: ${fault}`)
}

function createValidation(document: OpenapiDocument): Validate {
  // What belongs to OpenAPI and not to JSON Schema is unknown to ajv; the document as a whole is validated elsewhere.
  const ajv = new Ajv2020({ strictSchema: false, strictTypes: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema({ $id: documentId, components: closed(document.components) })
  const compiled = new Map<object, ValidateFunction>()
  return (schema, value) => {
    const check = compiled.get(schema) ?? ajv.compile(withBase(closed(schema)))
    compiled.set(schema, check)
    check(value)
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`,
    )
  }
}

const documentId = 'https://pkjwt.test/openapi.json'

/** An object that does not say so has no further members. */
function closed(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (_name, value) => {
    const isObject = value?.type === 'object' && value.properties !== undefined && value.additionalProperties === undefined
    return isObject ? { ...value, additionalProperties: false } : value
  })
}

/** A reference into the document from a schema that stands by itself. */
function withBase(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (name, value) => (name === '$ref' ? `${documentId}${value}` : value))
}
