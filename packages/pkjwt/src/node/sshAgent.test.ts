import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { verifyJws } from 'pkjwt/jwt'
import { readPublicKeys } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openKey } from './openKey.js'
import { listSshAgentKeys, openSshAgent } from './sshAgent.js'
import { lengthPrefixed, uint32 } from './sshAgentWire.js'

const run = promisify(execFile)

// A real agent with real keys: ssh-agent, ssh-keygen and ssh-add of OpenSSH.
const hasOpenSsh = await run('ssh-keygen', ['-?']).then(
  () => true,
  (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
)
if (!hasOpenSsh && process.env['CI']) throw new Error('OpenSSH is needed to test the agent')

const keyKinds = [
  ['rsa', ['-t', 'rsa', '-b', '2048'], 'RS256'],
  ['p256', ['-t', 'ecdsa', '-b', '256'], 'ES256'],
  ['p384', ['-t', 'ecdsa', '-b', '384'], 'ES384'],
  ['p521', ['-t', 'ecdsa', '-b', '521'], 'ES512'],
  ['ed', ['-t', 'ed25519'], 'EdDSA'],
] as const

describe.skipIf(!hasOpenSsh)('with a real ssh-agent', () => {
  let folder: string
  let socketPath: string
  let agent: ReturnType<typeof spawn>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pkjwt-agent-'))
    socketPath = join(folder, 'agent')
    agent = spawn('ssh-agent', ['-D', '-a', socketPath], { stdio: ['ignore', 'pipe', 'ignore'] })
    // It says where it listens once it does.
    if (agent.stdout !== null) await once(agent.stdout, 'data')
    for (const [comment, flags] of keyKinds) {
      const file = join(folder, comment)
      await run('ssh-keygen', ['-q', ...flags, '-N', '', '-C', `key ${comment}`, '-f', file])
      await run('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socketPath } })
    }
  })
  afterAll(async () => {
    agent.kill()
    await rm(folder, { recursive: true })
  })

  test.each(keyKinds)('openSshAgent() signs with the key %s, and its file verifies it', async (comment, _, alg) => {
    const key = await openSshAgent({ key: `key ${comment}`, kid: 'laptop', socketPath })
    expect(key).toMatchObject({ alg, kid: 'laptop' })
    const publicKeys = await readPublicKeys(await readFile(join(folder, `${comment}.pub`), 'utf8'))
    for (let signature = 0; signature < 40; signature += 1) {
      const assertion = await createAssertion({ key, clientId: '0oa1', org: 'example.okta.com', profile: 'rfc7523' })
      await verifyJws(assertion, { keys: publicKeys.keys.map((each) => ({ ...each, kid: 'laptop' })) })
    }
  })

  test('openSshAgent() signs RS512 when asked', async () => {
    const key = await openSshAgent({ key: 'key rsa', alg: 'RS512', socketPath })
    const assertion = await createAssertion({ key, clientId: '0oa1', org: 'example.okta.com' })
    await verifyJws(assertion, { keys: [key.publicKey] }, { algorithms: ['RS512'] })
  })

  test('openSshAgent() finds a key by its fingerprint', async () => {
    const { stdout } = await run('ssh-keygen', ['-lf', join(folder, 'ed.pub')])
    const [, fingerprint] = stdout.split(' ')
    expect((await openSshAgent({ key: fingerprint, socketPath })).alg).toBe('EdDSA')
  })

  test('listSshAgentKeys() lists what ssh-add lists', async () => {
    const { stdout } = await run('ssh-add', ['-l'], { env: { ...process.env, SSH_AUTH_SOCK: socketPath } })
    const listed = (await listSshAgentKeys({ socketPath })).map(({ fingerprint, comment }) => `${fingerprint} ${comment}`)
    expect(listed).toEqual(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ').slice(1, -1).join(' ')),
    )
  })

  test('openKey() takes the key by ssh-agent:COMMENT', async () => {
    const before = process.env['SSH_AUTH_SOCK']
    process.env['SSH_AUTH_SOCK'] = socketPath
    try {
      expect((await openKey('ssh-agent:key p256')).alg).toBe('ES256')
    } finally {
      if (before === undefined) delete process.env['SSH_AUTH_SOCK']
      else process.env['SSH_AUTH_SOCK'] = before
    }
  })

  test('a key that the agent does not hold is refused, with those it holds', async () => {
    await expect(openSshAgent({ key: 'nobody', socketPath })).rejects.toMatchObject({
      code: 'key_not_found',
      hint: expect.stringContaining('(key rsa)'),
    })
  })

  test('without a name, several keys are ambiguous', async () => {
    await expect(openSshAgent({ socketPath })).rejects.toMatchObject({ code: 'key_ambiguous' })
  })

  test.each(['RS384', 'PS256', 'ES256'] as const)('%s with an RSA key is refused: no agent signs so', async (alg) => {
    await expect(openSshAgent({ key: 'key rsa', alg, socketPath })).rejects.toMatchObject({ code: 'key_alg_mismatch' })
  })
})

test('an agent that is not there is explained', async () => {
  await expect(openSshAgent({ socketPath: join(tmpdir(), 'no-agent') })).rejects.toMatchObject({ code: 'key_file_unreadable' })
})

describe('with an agent that misbehaves', () => {
  let folder: string
  let server: Server
  afterEach(async () => {
    server.close()
    await rm(folder, { recursive: true })
  })
  const listening = async (answer: (request: Buffer) => Buffer | undefined) => {
    folder = await mkdtemp(join(tmpdir(), 'pkjwt-agent-'))
    server = createServer((socket) => {
      socket.on('data', (request) => {
        const answered = answer(request)
        if (answered === undefined) socket.destroy()
        else socket.write(answered)
      })
    })
    const socketPath = join(folder, 'agent')
    await new Promise<void>((resolve) => server.listen(socketPath, resolve))
    return socketPath
  }
  const message = (type: number, payload: Buffer) => Buffer.concat([uint32(payload.length + 1), Buffer.of(type), payload])

  test('one that signs with SHA-1 is refused', async () => {
    const { keys } = await readPublicKeys(
      (await import('../nodeKeys.testing.js'))
        .generateKeyPairSync('rsa', { modulusLength: 2048 })
        .publicKey.export({ format: 'jwk' }),
    )
    const { n = '', e = '' } = keys[0]?.jwk ?? {}
    const bytes = (text: string) => Buffer.from(text, 'base64url')
    const blob = Buffer.concat([
      lengthPrefixed(Buffer.from('ssh-rsa')),
      lengthPrefixed(bytes(e)),
      lengthPrefixed(Buffer.concat([Buffer.of(0), bytes(n)])),
    ])
    const socketPath = await listening((request) =>
      request[4] === 11
        ? message(12, Buffer.concat([uint32(1), lengthPrefixed(blob), lengthPrefixed(Buffer.from('old'))]))
        : message(14, lengthPrefixed(Buffer.concat([lengthPrefixed(Buffer.from('ssh-rsa')), lengthPrefixed(Buffer.alloc(256))]))),
    )
    const key = await openSshAgent({ socketPath })
    await expect(createAssertion({ key, clientId: '0oa1', org: 'example.okta.com' })).rejects.toMatchObject({
      code: 'signer_failed',
      cause: { message: 'Cannot use the SSH agent: it signed with "ssh-rsa" and not with rsa-sha2-256' },
    })
  })

  test('one that hangs up is explained', async () => {
    const socketPath = await listening(() => undefined)
    await expect(openSshAgent({ socketPath })).rejects.toMatchObject({
      code: 'signer_failed',
      message: expect.stringContaining('hung up'),
    })
  })

  test('one that answers nonsense is explained', async () => {
    const socketPath = await listening(() => Buffer.alloc(8, 0xff))
    await expect(openSshAgent({ socketPath })).rejects.toMatchObject({ code: 'signer_failed' })
  })

  test('one whose list is cut short is explained', async () => {
    const socketPath = await listening(() => message(12, uint32(3)))
    await expect(openSshAgent({ socketPath })).rejects.toMatchObject({ code: 'signer_failed' })
  })
})
