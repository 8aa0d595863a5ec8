import { createAuthorizationServer } from '@pkjwt/server'
import { Validator } from '@seriousme/openapi-schema-validator'
import { profiles } from 'pkjwt/profiles'
import { describe, expect, it } from 'vitest'
import { startServer, stopServer } from '../../packages/server/src/app.js'
import { createAddresses } from '../../packages/server/src/http/addresses.js'
import { operations } from '../../packages/server/src/openapi/document.js'
import { readOpenapi } from './openapi.js'

const everything = { store: ':memory:', issuer: 'https://id.example.com', page: '<!doctype html>', control: true }

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const document = await readOpenapi()
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true })
    expect(document).toMatchObject({ openapi: '3.1.0' })
  })

  it('would be told apart from one that is not valid', async () => {
    const { paths, ...rest } = await readOpenapi()
    const broken = { ...rest, paths: { ...paths, '/x': { get: { responses: { 200: {} } } } } }
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false })
  })

  it('has every route that the server has, and none else', async () => {
    const addresses = createAddresses(everything)
    const started = await startServer(everything, { addresses, profile: profiles.okta })
    try {
      const routes = readRoutes(started.http.printRoutes({ commonPrefix: false }))
      const { paths } = await readOpenapi()
      const told = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      )
      expect(told.sort()).toEqual(routes.sort())
    } finally {
      await stopServer(started, everything)
    }
  })

  it('does not have what this server was not asked to have', async () => {
    const { store, issuer } = everything
    const server = createAuthorizationServer({ store, issuer })
    const response = await server.fetch(`${issuer}/openapi.json`)
    const { paths, tags } = (await response.json()) as { paths: object; tags: readonly { readonly name: string }[] }
    expect(Object.keys(paths).filter((path) => path === '/' || path.startsWith('/_control'))).toEqual([])
    expect(tags.map(({ name }) => name)).not.toContain('Control')
    await server.close()
  })

  it('names the server by its issuer, also to a caller that names it otherwise', async () => {
    const { store, issuer } = everything
    const server = createAuthorizationServer({ store, issuer, aliases: ['https://alias.example.com'] })
    const response = await server.fetch('https://alias.example.com/openapi.json', { headers: { host: 'evil.example' } })
    expect(response.headers.get('content-type')).toBe('application/json;charset=UTF-8')
    const text = await response.text()
    expect(JSON.parse(text).servers).toEqual([{ url: issuer }])
    expect(text).not.toMatch(/alias\.example|evil\.example/)
    await server.close()
  })

  it('tells every operation apart', async () => {
    const { paths } = await readOpenapi()
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  it('has a route for each operation in its tables', async () => {
    const { paths } = await readOpenapi()
    for (const key of Object.keys(operations)) {
      const [method = '', path = ''] = key.split(' ')
      expect(paths[path.replace(/:(\w+)/g, '{$1}')], key).toHaveProperty(method.toLowerCase())
    }
  })

  it.each(['privateKeyJwt', 'bearer', 'dpop', 'ssws'])('knows callers with %s', async (scheme) => {
    const { paths, components } = await readOpenapi()
    expect(components['securitySchemes']).toHaveProperty(scheme)
    const used = Object.values(paths).flatMap((methods) => Object.values(methods).flatMap(({ security }) => security))
    expect(used.some((each) => each[scheme] !== undefined)).toBe(true)
  })
})

/** The tree that Fastify prints, a route a line. HEAD comes with each GET. */
function readRoutes(tree: string): string[] {
  const parts: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^([ │]*)[├└]── (\S+)(?: \((.+)\))?/.exec(line) ?? []
    parts.splice(indent.length / 4)
    parts.push(part)
    const path = parts.join('').replace(/:(\w+)/g, '{$1}')
    return methods.split(', ').flatMap((method) => (['', 'HEAD'].includes(method) ? [] : [`${method} ${path}`]))
  })
}
