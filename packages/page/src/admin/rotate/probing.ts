import { createTokenClient, findKeyRefusal } from 'pkjwt/client'
import type { SigningKey } from 'pkjwt/keys'
import type { LiveServer } from '../../live/liveServer.js'

/** Whether it is granted does not matter: who is told that it is not was believed to be the app. */
const probeScope = 'okta.users.read'

/** How long a server may take until it accepts a key that it was told of. */
const probeSecondsMax = 15

const pauseSeconds = [0.2, 0.5, 1, 2]

export interface ProbeOptions {
  readonly server: LiveServer
  readonly clientId: string
  /** Hears of each attempt before it is made. */
  readonly onTry: (tries: number) => void
}

/**
 * Tries a key until the server takes it.
 *
 * @throws {RefusedError} when the server does not take it in time
 * @throws {UnavailableError} when the server does not answer in time
 */
export async function probeUntilTaken(key: SigningKey, { server, clientId, onTry }: ProbeOptions): Promise<void> {
  const { org, fetch } = server
  // A key that was registered under its thumbprint signs with that name.
  const kid = key.kid ?? key.thumbprint
  const probe = () => createTokenClient({ org, fetch, clientId, key, kid, scopes: [probeScope] }).token()
  const endsAt = Date.now() + probeSecondsMax * 1000
  for (let tries = 1; ; tries += 1) {
    onTry(tries)
    const refusal = await findKeyRefusal(probe, key)
    if (refusal === undefined) return
    const seconds = pauseSeconds[Math.min(tries, pauseSeconds.length) - 1] ?? 2
    if (Date.now() + seconds * 1000 > endsAt) throw refusal
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  }
}
