import { readFileSync } from 'node:fs'
import { oktaRefusals } from 'pkjwt/profiles'
import { type Method, methods, type Route } from '../routing/http.js'
import { answerHeaders, answerSchemas } from './answers.js'
import { describeCaller, writeSecurity, writeSecuritySchemes } from './callers.js'
import { managementOperations } from './management.js'
import { oauthOperations } from './oauth.js'
import { type Operation, type Operations, pathParameters, tags } from './operation.js'
import { otherOperations } from './others.js'
import { bodyRefusals, challengeRefusals, guardRefusals } from './refusals.js'
import { writeResponses } from './responses.js'
import { ref, type Schema } from './schema.js'

/** Every operation that a server can have. */
export const operations: Operations = { ...oauthOperations, ...managementOperations, ...otherOperations }

export interface DocumentOptions {
  /** The routes of the server. What it does not serve is not in its document. */
  readonly routes: readonly Route[]
  readonly issuer: string
}

/**
 * Writes the OpenAPI 3.1 document of a server from its routes.
 *
 * @throws {Error} when a route stands in no table of operations
 */
export function writeDocument({ routes, issuer }: DocumentOptions): Schema {
  const shared = createShared()
  const paths = new Map<string, Schema>()
  const used = new Set<string>()
  for (const route of routes) {
    for (const path of typeof route.path === 'string' ? [route.path] : route.path) {
      const url = path.replace(/:(\w+)/g, '{$1}')
      const own = methods.filter((method) => route[method] !== undefined)
      const written = own.map((method) => {
        const operation = findOperation(method, path)
        used.add(operation.tag)
        return [method.toLowerCase(), writeOperation(operation, { route, method, path, shared })] as const
      })
      const preflight = route.hasPreflight === true ? { options: writePreflight(path) } : {}
      paths.set(url, { ...paths.get(url), ...Object.fromEntries(written), ...preflight })
    }
  }
  return {
    openapi: '3.1.0',
    info: { ...info, version: readVersion() },
    servers: [{ url: issuer }],
    tags: Object.entries(tags).flatMap(([name, description]) => (used.has(name) ? [{ name, description }] : [])),
    paths: Object.fromEntries(paths),
    components: {
      schemas: answerSchemas,
      responses: shared.responses,
      headers: answerHeaders,
      securitySchemes: writeSecuritySchemes(issuer),
    },
  }
}

const info = {
  title: 'pkjwt authorization server',
  description:
    "Access tokens for service apps that sign in with private_key_jwt, and Okta's API to administer them. Wherever there is a GET there is a HEAD. Another method of a path that exists is answered with 405.",
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return version
}

function findOperation(method: Method, path: string): Operation {
  const operation = operations[`${method} ${path}`]
  if (operation === undefined) throw new Error(`Cannot describe ${method} ${path}: no table of operations has it`)
  return operation
}

interface Place {
  readonly route: Route
  readonly method: Method
  readonly path: string
  readonly shared: Shared
}

function writeOperation(operation: Operation, { route, method, path, shared }: Place): Schema {
  const { id, tag, summary, description, caller, body, success, failure } = operation
  const isManaged = caller !== undefined && caller !== 'client'
  const responses = writeResponses({
    granted: failure === undefined ? [success] : [success, failure],
    refusals: [
      ...(isManaged ? guardRefusals : []),
      ...(operation.refusals ?? []),
      ...(path.includes(':') ? [oktaRefusals.notFound] : []),
      ...(method === 'GET' ? [] : bodyRefusals),
      ...(route.isUnlimited === true ? [] : [oktaRefusals.rateLimited]),
      ...(operation.needsNoStore === true ? [] : [oktaRefusals.failed, oktaRefusals.unavailable]),
    ],
    challenges: isManaged ? challengeRefusals : [],
    isLimited: route.isUnlimited !== true,
  })
  const told = [description, describeCaller(caller)].filter((sentence) => sentence !== undefined)
  return {
    tags: [tag],
    operationId: id,
    summary,
    ...(told.length === 0 ? {} : { description: told.join('\n\n') }),
    parameters: [
      ...writePathParameters(path),
      ...writeQuery(operation),
      ...(isManaged || operation.takesProof ? [proofParameter] : []),
    ],
    ...(body === undefined ? {} : { requestBody: writeBody(body) }),
    responses: shared.share(id, responses),
    security: writeSecurity(caller),
  }
}

function writePathParameters(path: string): readonly Schema[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const { description, ...schema } = pathParameters[name] ?? {}
    return { name, in: 'path', required: true, description, schema }
  })
}

function writeQuery({ query = [] }: Operation): readonly Schema[] {
  return query.map(({ name, description, schema }) => ({ name, in: 'query', description, schema }))
}

const proofParameter: Schema = {
  name: 'DPoP',
  in: 'header',
  description: 'A proof that the caller holds the key that its token is bound to (RFC 9449 §4). Only for an app that uses DPoP.',
  schema: { type: 'string' },
}

function writeBody({ mediaType, schema, example }: NonNullable<Operation['body']>): Schema {
  return { required: true, content: { [mediaType]: { schema, example } } }
}

function writePreflight(path: string): Schema {
  return {
    tags: ['Tokens'],
    operationId: `preflight${path.replace(/[:/]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: 'Answers a preflight, as Okta does: no origin is allowed',
    parameters: writePathParameters(path),
    responses: {
      204: {
        description: 'No page may call this from a browser.',
        headers: Object.fromEntries(
          ['x-okta-request-id', 'access-control-allow-methods'].map((name) => [name, ref(name, 'headers')]),
        ),
      },
    },
    security: [],
  }
}

/** Responses that several operations have stand in the document once. */
interface Shared {
  readonly responses: Readonly<Record<string, Schema>>
  share(id: string, responses: Readonly<Record<string, Schema>>): Schema
}

function createShared(): Shared {
  const responses: Record<string, Schema> = {}
  const names = new Map<string, string>()
  return {
    responses,
    share(id, all) {
      const shared = Object.entries(all).map(([status, response]) => {
        const written = JSON.stringify(response)
        const name = names.get(written) ?? `${id}${status}`
        names.set(written, name)
        responses[name] = response
        return [status, ref(name, 'responses')] as const
      })
      return Object.fromEntries(shared)
    },
  }
}
