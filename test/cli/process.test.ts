import { spawn } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { bundle, command, makeFolder, pkjwt, startServer } from './world.js'

describe('pkjwt as a process', () => {
  it('ends with 141 and no word when nobody reads any more', async () => {
    // The reader is gone by the time that something is written.
    const { stderr } = await shell(`(sleep 0.3; node "${bundle}" completion bash; echo "ended with $?" >&2) | true`)
    expect(stderr).toBe('ended with 141\n')
  })

  it('ends with 130 when it is interrupted while it waits for stdin', async () => {
    const child = spawn(process.execPath, [bundle, 'inspect'], { stdio: ['pipe', 'pipe', 'pipe'] })
    setTimeout(() => child.kill('SIGINT'), 700)
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(130)
  })

  it('prints help and ends with 2 when stdin is a terminal and a token is needed', async () => {
    const { code, stdout } = await shell(`script -qec 'node "${bundle}" inspect' /dev/null < /dev/null`)
    expect(code).toBe(2)
    expect(stdout).toContain('pkjwt inspect eyJ')
    expect(stdout).toContain('none is named, and nothing is piped in')
  })

  it('shows colours on a terminal, and none when NO_COLOR is set', async () => {
    const { stdout } = await shell(`script -qec 'node "${bundle}" --help' /dev/null < /dev/null`, { TERM: 'xterm' })
    expect(stdout).toContain('\u001b[')
    const plain = await shell(`script -qec 'node "${bundle}" --help' /dev/null < /dev/null`, { TERM: 'xterm', NO_COLOR: '1' })
    expect(plain.stdout).not.toContain('\u001b[')
  })

  it('reads a key from a descriptor of the shell', async () => {
    await using folder = await makeFolder()
    await pkjwt(['keygen', '--alg', 'ES256'], { cwd: folder.path })
    const { code, stdout } = await shell(
      `node "${bundle}" sign --key fd:3 --client-id 0oa1 --org example.okta.com 3< "${join(folder.path, 'private-key.jwk')}"`,
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ey/)
  })
})

describe('pkjwt serve', () => {
  it('ends in order: 130 after Ctrl-C, 0 after SIGTERM', async () => {
    await using folder = await makeFolder()
    const interrupted = await startServer(['--store', ':memory:'], folder.path)
    expect(await interrupted.stop('SIGINT')).toBe(130)
    const ended = await startServer(['--store', 'kept.db'], folder.path)
    expect(await ended.stop('SIGTERM')).toBe(0)
    expect(await readdir(folder.path)).toContain('kept.db')
  })

  it('says with --json where it is, in one envelope', async () => {
    await using folder = await makeFolder()
    const server = await startServer(['--store', ':memory:', '--json'], folder.path)
    await server.stop()
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+/)
  })
})

describe('a key that only ssh-agent holds', () => {
  it.each([
    ['ecdsa', ['-t', 'ecdsa', '-b', '256']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
  ])('buys a token: %s', async (_, type) => {
    await using folder = await makeFolder()
    const { path: cwd } = folder
    await command('ssh-keygen', ['-q', '-N', '', '-C', 'app@agent', '-f', 'id', ...type], cwd)
    const { stdout: publicKey } = await pkjwt(['key', 'public', 'id'], { cwd })
    const apps = [{ client_id: '0oa1', jwks: { keys: [JSON.parse(publicKey)] }, grants: ['okta.users.read'], roles: [] }]
    await writeFile(join(cwd, 'seed.json'), JSON.stringify({ apps }))
    const server = await startServer(['--store', ':memory:', '--seed', 'seed.json'], cwd)
    const agent = await startAgent(cwd)
    try {
      await command('sh', ['-c', `SSH_AUTH_SOCK='${agent.socket}' ssh-add -q id && rm id`], cwd)
      const words = [
        'token',
        '--org',
        server.url,
        '--client-id',
        '0oa1',
        '--key',
        'ssh-agent:app@agent',
        '--scope',
        'okta.users.read',
      ]
      const { code, stdout, stderr } = await pkjwt(words, { cwd, env: { SSH_AUTH_SOCK: agent.socket } })
      expect(stderr).not.toContain('error')
      expect(code).toBe(0)
      expect(stdout).toMatch(/^ey/)
    } finally {
      agent.stop()
      await server.stop()
    }
  })
})

describe('npm run demo', () => {
  it('tells the whole walk in 80 columns, shows no secret, and leaves nothing behind', async () => {
    await using folder = await makeFolder()
    const demo = fileURLToPath(new URL('../../examples/demo/demo.mjs', import.meta.url))
    const { code, stdout, stderr } = await shell(`node "${demo}"`, { TMPDIR: folder.path })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain('The client_assertion token has already been used.')
    expect(stdout).toContain('jti-used')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(stdout).not.toMatch(/PRIVATE|"d"|[\w-]{50,}\.[\w-]{50,}/)
    expect(stdout).not.toContain('\u001b')
    expect(await readdir(folder.path)).toEqual([])
  })
})

/** Runs a line in bash. */
function shell(line: string, env: Record<string, string> = {}): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { PATH = '' } = process.env
  const child = spawn('bash', ['--norc', '-c', line], { env: { PATH, ...env }, timeout: 20_000 })
  const out = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    out.stderr += text
  })
  child.stdin.end()
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...out })))
}

async function startAgent(folder: string): Promise<{ readonly socket: string; stop(): void }> {
  const socket = join(folder, 'agent.sock')
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return { socket, stop: () => child.kill() }
}
