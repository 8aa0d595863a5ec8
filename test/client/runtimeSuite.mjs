// @ts-check
// What the token client has to do on every runtime. It imports nothing, so that a page, Deno and Bun can run it as it is.

/**
 * @param {{ library: typeof import('pkjwt'), origin: string, apps: Record<'plain' | 'bound' | 'rsa', { clientId: string, key: any }> }} given
 * @returns {Promise<{ name: string, error?: string }[]>} What was tried, with the error of what failed.
 */
export async function runSuite({ library, origin, apps }) {
  const { createTokenClient, generateKey, readPrivateKey, RefusedError, UnavailableError } = library

  /** @param {keyof typeof apps} app @param {object} options */
  const clientOf = (app, options = {}) => {
    /** @type {any[]} */
    const events = []
    const client = createTokenClient({
      org: origin,
      ...apps[app],
      scopes: ['okta.users.read'],
      onEvent: (event) => void events.push(event),
      ...options,
    })
    return { client, events, requests: () => events.filter(({ type }) => type === 'requested').length }
  }

  const cases = {
    async 'a key is tried before the first request'() {
      const { client, requests } = clientOf('plain')
      await client.ready()
      equal(requests(), 0)
    },
    async 'a token is bought once and kept'() {
      const { client, requests } = clientOf('plain')
      const token = await client.token()
      equal(token.type, 'Bearer')
      equal(await client.token(), token)
      equal(requests(), 1)
    },
    async 'a thousand first calls make one request'() {
      const { client, requests } = clientOf('plain')
      const tokens = await Promise.all(Array.from({ length: 1000 }, () => client.token()))
      equal(new Set(tokens).size, 1)
      equal(requests(), 1)
    },
    async 'an RSA key in PEM signs'() {
      const { client } = clientOf('rsa')
      equal((await client.token()).type, 'Bearer')
    },
    async 'an API opens'() {
      const { client } = clientOf('plain')
      equal((await client.fetch('/api/v1/users')).status, 200)
      equal((await client.fetch(new Request(`${origin}/api/v1/users`))).status, 200)
    },
    async 'an app that has to prove gets a bound token, and an API opens with it'() {
      const { client } = clientOf('bound')
      equal((await client.token()).type, 'DPoP')
      equal((await client.fetch('/api/v1/users?limit=1')).status, 200)
    },
    async 'a clock two hours off is put right'() {
      const { client, events } = clientOf('plain', { clock: () => new Date(Date.now() - 7_200_000) })
      equal((await client.token()).type, 'Bearer')
      equal(events.filter(({ type }) => type === 'skewChanged').length, 1)
    },
    async 'a refusal says what was wrong with the assertion'() {
      const error = await failureOf(clientOf('plain', { key: await generateKey({ alg: 'ES256' }) }).client.token())
      equal(error instanceof RefusedError && error.status, 401)
      equal(error instanceof RefusedError && error.error, 'invalid_client')
      equal(error instanceof RefusedError && error.findings.length > 0, true)
    },
    async 'a server that is not there is told from one that refuses'() {
      const { client } = clientOf('plain', { org: 'http://127.0.0.1:9', retry: { attemptsMax: 2 }, wait: async () => {} })
      const error = await failureOf(client.token())
      equal(error instanceof UnavailableError && error.code, 'server_unreachable')
    },
    async 'a server that never answers is given up'() {
      const { client } = clientOf('plain', {
        fetch: () => new Promise(() => {}),
        retry: { attemptsMax: 1, timeoutSeconds: 0.05 },
      })
      const error = await failureOf(client.token())
      equal(error instanceof UnavailableError && error.code, 'server_timeout')
    },
    async 'a caller can leave'() {
      const { client } = clientOf('plain')
      const controller = new AbortController()
      const leaving = failureOf(client.token({ signal: controller.signal }))
      const staying = client.token()
      controller.abort()
      equal((await leaving).name, 'AbortError')
      equal((await staying).type, 'Bearer')
    },
    async 'a redirect is not followed to the token endpoint'() {
      const { client } = clientOf('plain', { org: undefined, tokenEndpoint: `${origin}/redirect`, profile: 'okta' })
      const error = await failureOf(client.token())
      equal('code' in error && error.code, 'config_invalid')
    },
    async 'a token shows in no text'() {
      const token = await clientOf('plain').client.token()
      equal((await failureOf(Promise.resolve().then(() => `${token}`))).name, 'PkjwtError')
      equal(JSON.stringify(token).includes(token.value), false)
    },
    async 'a key that was read serves as well as its text'() {
      const key = await readPrivateKey(apps.plain.key)
      equal((await clientOf('plain', { key }).client.token()).type, 'Bearer')
    },
  }

  const results = []
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run()
      results.push({ name })
    } catch (error) {
      results.push({ name, error: error instanceof Error ? `${error.stack ?? error.message}` : String(error) })
    }
  }
  return results
}

/** @param {unknown} actual @param {unknown} expected */
function equal(actual, expected) {
  if (actual !== expected) throw new Error(`expected ${String(expected)} and got ${String(actual)}`)
}

/** @param {Promise<unknown>} promise @returns {Promise<Error>} */
async function failureOf(promise) {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
