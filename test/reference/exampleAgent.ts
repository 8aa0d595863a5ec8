import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether OpenSSH is installed. Where everything is tested, it has to be. */
export const hasOpenSsh = spawnSync('ssh-keygen', ['-?']).error === undefined || process.env['CI'] !== undefined

/** Starts an SSH agent that holds one key, with the comment "service app", and names it in SSH_AUTH_SOCK until the end. */
export async function withAgent(play: () => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-agent-'))
  const socket = join(folder, 'agent')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  const before = process.env['SSH_AUTH_SOCK']
  process.env['SSH_AUTH_SOCK'] = socket
  try {
    // It says where it listens once it does.
    await once(agent.stdout, 'data')
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'service app', '-f', join(folder, 'key')])
    await run('ssh-add', ['-q', join(folder, 'key')])
    await play()
  } finally {
    if (before === undefined) delete process.env['SSH_AUTH_SOCK']
    else process.env['SSH_AUTH_SOCK'] = before
    agent.kill()
    await rm(folder, { recursive: true, force: true })
  }
}
