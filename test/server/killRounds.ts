import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'pkjwt/keys'
import { createAssertion } from 'pkjwt/protocol'
import { bundleScript, startServerProcess } from './child.js'
import { ask, readAnswer, seedApp } from './support.js'

export interface KillReport {
  /** Assertions that got a token before a server was killed. */
  readonly granted: number
  /** Of those, how many were accepted again afterwards. */
  readonly acceptedAgain: number
  /** Assertions whose answer never came. */
  readonly unanswered: number
  /** Of those, how many were accepted when they were sent twice more. */
  readonly acceptedMoreThanOnce: number
  /** Whether the last token that was given still opened the API after the restart, in each round. */
  readonly tokensOpened: readonly boolean[]
}

const issuer = 'https://id.example.com'
const clientId = '0oaKilled00000000000'

/** Kills a server in the middle of load, again and again, and tries afterwards what it had accepted. */
export async function killRounds({ rounds, senders = 16 }: { rounds: number; senders?: number }): Promise<KillReport> {
  const key = await generateKey({ alg: 'ES256' })
  const folder = await mkdtemp(join(tmpdir(), 'pkjwt-kill-'))
  using bundle = await bundleScript('test/server/childMain.ts')
  const settings = { store: join(folder, 'pkjwt.db'), issuer, signingAlg: 'ES256', seed: { apps: [seedApp(clientId, key)] } }
  const report = { granted: 0, acceptedAgain: 0, unanswered: 0, acceptedMoreThanOnce: 0, tokensOpened: [] as boolean[] }
  const sign = () => createAssertion({ clientId, audience: `${issuer}/oauth2/v1/token`, key })
  for (let round = 0; round < rounds; round++) {
    const process = await startServerProcess(bundle, settings)
    const granted: string[] = []
    const unanswered: string[] = []
    let isKilled = false
    let token = ''
    const sender = async () => {
      while (!isKilled) {
        const assertion = await sign()
        try {
          const response = await ask(process.url, { clientId, key, assertion })
          const answer = await readAnswer(response)
          if (response.status === 200) granted.push(assertion)
          if (response.status === 200) token = String(answer['access_token'])
        } catch {
          unanswered.push(assertion)
          return
        }
      }
    }
    const load = Promise.all(Array.from({ length: senders }, sender))
    const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
    while (granted.length < senders) await pause(10)
    await pause(100 + Math.random() * 250)
    const killing = process.kill()
    await killing
    isKilled = true
    await load
    const again = await startServerProcess(bundle, settings)
    const statusOf = async (assertion: string) => {
      const response = await ask(again.url, { clientId, key, assertion })
      await response.arrayBuffer()
      return response.status
    }
    const authorization = `Bearer ${token}`
    report.tokensOpened.push((await fetch(`${again.url}/api/v1/users`, { headers: { authorization } })).status === 200)
    report.granted += granted.length
    report.unanswered += unanswered.length
    for (const assertion of granted) if ((await statusOf(assertion)) === 200) report.acceptedAgain++
    for (const assertion of unanswered) {
      const statuses = [await statusOf(assertion), await statusOf(assertion)]
      if (statuses[1] === 200) report.acceptedMoreThanOnce++
    }
    await again.kill()
  }
  await rm(folder, { recursive: true, force: true })
  return report
}
