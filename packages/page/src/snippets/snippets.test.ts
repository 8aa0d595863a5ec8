import { execFileSync, spawnSync } from 'node:child_process'
import { diagnose, readPasted } from 'pkjwt/protocol'
import { describe, expect, it } from 'vitest'
import { type SnippetFacts, snippets } from './snippets.js'

const facts: SnippetFacts = {
  tokenEndpoint: 'https://example.okta.com/oauth2/v1/token',
  org: 'example.okta.com',
  audience: 'https://example.okta.com/oauth2/v1/token',
  clientId: '0oa1',
  scopes: ['okta.users.read', 'okta.apps.read'],
  token: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiIwb2ExIn0.AAAA',
  inline: true,
}

/** What nobody types on purpose, and a shell, JavaScript or YAML would run. */
const hostile = { ...facts, clientId: `'; $(touch x) \`touch x\` "\\`, scopes: [`a'b"c$(id)\\`] }

const write = (id: string, from: SnippetFacts = facts) => snippets.find((each) => each.id === id)?.write(from) ?? ''

describe('snippets', () => {
  it('of curl are what our own reader of curl understands, without a fault of the request', async () => {
    expect(readPasted(write('curl'))).toMatchObject({ kind: 'request' })
    const { findings } = await diagnose({ request: write('curl') })
    expect(findings.filter(({ member }) => member === undefined || /grant|scope|assertion/.test(member))).toEqual([])
  })

  it.each(['curl', 'node', 'python', 'java', 'env'])('of %s hold the token when asked, and its variable otherwise', (id) => {
    expect(write(id)).toContain(facts.token)
    expect(write(id, { ...facts, inline: false })).not.toContain(facts.token)
  })

  it.each(['pkjwt', 'actions'])('of %s sign by themselves', (id) => {
    expect(write(id)).not.toContain(facts.token)
    expect(write(id)).toContain('--client-id 0oa1')
  })

  it('of other providers name endpoint and audience', () => {
    const other = write('pkjwt', { ...facts, org: undefined, audience: 'https://issuer.example' })
    expect(other).toContain('--token-endpoint https://example.okta.com/oauth2/v1/token')
    expect(other).toContain('--audience https://issuer.example')
  })

  it('for a shell let nothing out of its word', () => {
    const command = write('pkjwt', hostile).replace(/^pkjwt/, "printf '%s\\n'")
    const printed = execFileSync('sh', ['-c', command], { encoding: 'utf8' })
    expect(printed.split('\n')).toEqual(expect.arrayContaining([hostile.clientId, hostile.scopes[0]]))
  })

  it('for Node are syntax, whatever the values', () => {
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--check', '-'], {
      input: write('node', hostile),
    })
    expect(status, String(stderr)).toBe(0)
  })

  it('for Python are syntax, whatever the values', () => {
    const { status, error } = spawnSync('python3', ['-c', 'import ast,sys; ast.parse(sys.stdin.read())'], {
      input: write('python', hostile),
    })
    expect(error === undefined ? status : 0).toBe(0)
  })
})
