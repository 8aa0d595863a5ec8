import { code, codes, heading, page, section, table } from './markdown.js'
import { type OpenapiDocument, type OpenapiOperation, type OpenapiResponse, type OpenapiSchema, resolve } from './openapi.js'

/** An operation with every path that it has. */
interface Entry {
  readonly method: string
  readonly paths: readonly string[]
  readonly operation: OpenapiOperation
  readonly refusals: readonly Refusal[]
}

interface Refusal {
  readonly status: string
  readonly error: string
  readonly text: string
  /** It stands in the header `www-authenticate`, and the body is empty. */
  readonly isHeader: boolean
}

/** Writes `docs/reference/http.md` from the OpenAPI document. */
export function httpPage(document: OpenapiDocument): string {
  const entries = entriesOf(document)
  const managed = entries.filter(({ operation }) => operation.security.some(({ ssws }) => ssws !== undefined))
  const proved = entries.filter(({ operation }) => operation.security.some(({ privateKeyJwt }) => privateKeyJwt !== undefined))
  const everyManaged = shared(managed)
  const everyProved = shared(proved)
  const common = [...everyManaged, ...everyProved].map(keyOf)
  return page(
    heading(
      'HTTP',
      'What the authorization server answers. A running server tells the same as OpenAPI 3.1 at `/openapi.json`, with its own URLs.',
    ),
    'Wherever there is a `GET` there is a `HEAD`. Another method of a path that exists is answered with 405 `E0000022`, a path that does not exist with 404 `E0000007`.',
    callers(document),
    ...document.tags.flatMap(({ name, description }) => [
      `## ${name}\n\n${description}`,
      ...entries.filter(({ operation }) => operation.tags[0] === name).map((entry) => chapter(entry, document, common)),
    ]),
    '## Refusals of clients\n\nWhat every endpoint refuses at which a client proves who it is with an assertion. What stands behind each one is told in [the rules](../rules.md).',
    refusalTable(everyProved),
    '## Refusals of administrators\n\nWhat every endpoint refuses that wants an administrator.',
    refusalTable(everyManaged),
    '## Objects',
    ...Object.entries(document.components.schemas).map(([name, schema]) => objectChapter(name, schema)),
  )
}

function entriesOf(document: OpenapiDocument): readonly Entry[] {
  const entries = new Map<string, Entry>()
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (method === 'options') continue
      const id = operation.operationId.replace(/OfServer.*$/, '')
      const known = entries.get(id)
      const refusals = distinct([...(known?.refusals ?? []), ...refusalsOf(operation, document)])
      const first = known?.operation ?? operation
      entries.set(id, { method: method.toUpperCase(), paths: [...(known?.paths ?? []), path], operation: first, refusals })
    }
  }
  return [...entries.values()]
}

function refusalsOf({ responses }: OpenapiOperation, document: OpenapiDocument): readonly Refusal[] {
  return Object.entries(responses).flatMap(([status, place]) => {
    const { content = {}, 'x-challenges': challenges = [] } = resolve<OpenapiResponse>(document, place)
    const examples = Object.values(content['application/json']?.examples ?? {})
    return [
      ...examples.map(({ summary, value }) => ({
        status,
        error: value.error ?? value.errorCode ?? '',
        text: summary,
        isHeader: false,
      })),
      ...challenges.map(({ error, error_description: text }) => ({ status, error, text, isHeader: true })),
    ]
  })
}

function distinct(refusals: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refusals.map((refusal) => [keyOf(refusal), refusal])).values()]
}

function keyOf({ status, error, text, isHeader }: Refusal): string {
  return `${status} ${error} ${text} ${isHeader}`
}

/** What all of them refuse. */
function shared([first, ...rest]: readonly Entry[]): readonly Refusal[] {
  const others = rest.map(({ refusals }) => new Set(refusals.map(keyOf)))
  return (first?.refusals ?? []).filter((refusal) => others.every((keys) => keys.has(keyOf(refusal))))
}

function refusalTable(refusals: readonly Refusal[]): string {
  const rows = refusals.map(({ status, error, text, isHeader }) => [status, code(error), text, isHeader ? 'header' : 'body'])
  return table(['Status', 'Code', 'Text', 'Where'], rows)
}

function callers({ components }: OpenapiDocument): string {
  const rows = Object.entries(components.securitySchemes).map(([name, { description }]) => [code(name), description])
  return `## Callers\n\nHow a caller says who it is.\n\n${table(['Name', 'How'], rows)}`
}

function chapter({ method, paths, operation, refusals }: Entry, document: OpenapiDocument, common: readonly string[]): string {
  const [first = '', ...others] = paths
  const { summary, description, security, responses } = operation
  const own = refusals.filter((refusal) => !common.includes(keyOf(refusal)))
  const callers = [...new Set(security.flatMap((each) => Object.keys(each)))]
  const granted = Object.entries(responses).flatMap(([status, place]) => {
    const response = resolve<OpenapiResponse>(document, place)
    return refusals.some((refusal) => refusal.status === status) ? [] : [[status, response.description, bodyOf(response)]]
  })
  return section(
    `### ${method} ${first}`,
    `**${summary}.**${description === undefined ? '' : ` ${description}`}`,
    others.length === 0 ? '' : `At a custom authorization server: ${codes(others)}.`,
    callers.length === 0 ? '' : `Callers: ${codes(callers)}.`,
    table(['Parameter', 'In', 'Type', 'Meaning'], parametersOf(operation, paths, document)),
    bodySection(operation),
    table(['Status', 'Answer', 'Body'], granted),
    own.length === 0 ? '' : `Refuses${callers.length === 0 ? '' : ', beside what all refuse that have such callers'}:`,
    refusalTable(own),
  )
}

function parametersOf({ parameters = [] }: OpenapiOperation, paths: readonly string[], document: OpenapiDocument): string[][] {
  // A parameter of a path that only some of the paths have.
  const all = paths.flatMap((path) => Object.values(document.paths[path] ?? {}).flatMap((each) => each.parameters ?? []))
  const named = new Map([...parameters, ...all].map((parameter) => [parameter.name, parameter]))
  return [...named.values()].map(({ name, in: place, schema, description = '' }) => [
    code(name),
    place,
    typeOf(schema),
    description,
  ])
}

function bodySection({ requestBody }: OpenapiOperation): string {
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema, example }]) =>
    section(
      `Body, as ${code(type)}:`,
      memberTable(schema),
      type === 'application/json' ? `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`` : '',
    ),
  )
  return section(...bodies)
}

function bodyOf({ content = {} }: OpenapiResponse): string {
  const bodies = Object.entries(content).map(([type, { schema }]) => (type === 'application/json' ? typeOf(schema) : code(type)))
  return bodies.join(', ')
}

function objectChapter(name: string, schema: OpenapiSchema): string {
  const { description, oneOf } = schema
  const forms = oneOf ?? [schema]
  return section(`### ${name}`, description ?? '', ...forms.map(memberTable))
}

function memberTable(schema: OpenapiSchema): string {
  return table(['Member', 'Type', 'Always', 'Meaning'], membersOf(schema, ''))
}

/** The members of an object, and those of the objects in it. */
function membersOf({ properties = {}, required = [] }: OpenapiSchema, before: string): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const inner = schema.anyOf?.find(({ type }) => type !== 'null') ?? schema
    const path = `${before}${name}`
    const own = [code(path), typeOf(schema), required.includes(name) ? 'yes' : '', schema.description ?? inner.description ?? '']
    const ofItems = inner.items?.properties === undefined ? [] : membersOf(inner.items, `${path}[].`)
    return [own, ...membersOf(inner, `${path}.`), ...ofItems]
  })
}

/** A schema in a few words. */
function typeOf({ $ref, type, items, enum: choices, const: only, anyOf, pattern }: OpenapiSchema): string {
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? ''
    return `[${name}](#${name.toLowerCase()})`
  }
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ')
  if (only !== undefined) return code(JSON.stringify(only))
  if (choices !== undefined) return codes(choices)
  if (items !== undefined) return `list of ${typeOf(items)}`
  const names = typeof type === 'string' ? [type] : (type ?? ['anything'])
  return `${names.join(' or ')}${pattern === undefined ? '' : ` like ${code(pattern)}`}`
}
