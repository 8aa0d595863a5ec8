import { readFileSync } from 'node:fs'
import { createAuthorizationServer } from '@pkjwt/server'
import { describe, expect, it } from 'vitest'

// It cannot be built here, so it is held against the things that it names.

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const dockerfile = read('Dockerfile')
const lines = dockerfile.split('\n')

describe('the Dockerfile', () => {
  it('starts what the package says its command is', () => {
    const { bin } = JSON.parse(read('packages/server/package.json'))
    expect(dockerfile).toContain(
      `ENTRYPOINT ["node", "/app/node_modules/@pkjwt/server/${bin['pkjwt-server'].replace('./', '')}"]`,
    )
  })

  it('uses flags that serve has', () => {
    const command = read('packages/cli/src/commands/serve.ts')
    const flags = (/^CMD \[(.*)\]$/m.exec(dockerfile)?.[1] ?? '').match(/--[\w-]+/g) ?? []
    expect(flags.length).toBeGreaterThan(0)
    for (const flag of flags) expect(command).toMatch(new RegExp(`^ {2}${flag.slice(2)}: `, 'm'))
  })

  it('names every base image by its version, and takes a Node that the packages take', () => {
    const images = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1])
    expect(new Set(images)).toEqual(new Set(['node:24-bookworm-slim']))
  })

  it('does not run as root, and keeps its data in a volume', () => {
    const user = lines.indexOf('USER node')
    expect(user).toBeGreaterThan(-1)
    expect(lines.findIndex((line) => line.startsWith('ENTRYPOINT'))).toBeGreaterThan(user)
    expect(lines).toContain('VOLUME /data')
  })

  it('asks for the health of the server at a path that it has', async () => {
    const path = /127\.0\.0\.1:8080(\/[\w/]+)/.exec(dockerfile)?.[1] ?? ''
    const server = createAuthorizationServer({ store: ':memory:', issuer: 'http://localhost:8080', signingAlg: 'ES256' })
    expect((await server.fetch(`http://localhost:8080${path}`)).status).toBe(200)
    await server.close()
  })

  it('holds nothing secret, and copies nothing of the working copy but what is not ignored', () => {
    expect(dockerfile).not.toMatch(/ARG .*(TOKEN|KEY|SECRET)/i)
    for (const ignored of ['**/node_modules', '.git', '*.db']) expect(read('.dockerignore').split('\n')).toContain(ignored)
  })
})
