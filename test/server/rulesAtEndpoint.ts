import { profiles, refusalOf } from 'pkjwt/profiles'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateKeys, prepareApps } from '../rules/apps.js'
import { type Target, writeAttempt } from '../rules/attempt.js'
import { type Attempt, now, ruleCases } from '../rules/cases.js'
import { type HttpServer, type HttpServerOptions, readAnswer, startHttpServer } from './support.js'

/**
 * Every rule at the token endpoint: what it refuses, and what it accepts when that one thing is right.
 *
 * @param settle Settings of the server beside apps and clock, such as its store.
 */
export function testRulesAtEndpoint(settle: () => Promise<HttpServerOptions> = async () => ({})): void {
  let server: HttpServer
  let target: Target

  beforeAll(async () => {
    const keys = await generateKeys()
    const apps = prepareApps(keys)
    const settings = await settle()
    server = await startHttpServer({ seed: { apps: Object.values(apps) }, clock: () => new Date(now * 1000), ...settings })
    target = { issuer: server.url, keys, apps }
  })

  afterAll(() => server.close())

  describe.each(ruleCases)('$rule: $what', ({ rule, accepted, refused }) => {
    it('is refused at the endpoint with the text of the profile', async () => {
      const response = await send(refused, target)
      const profile = profiles[target.apps[refused.app ?? 'plain'].profile ?? 'okta']
      const { status, error, error_description } = refusalOf(rule, profile)
      const body = await readAnswer(response)
      expect({ status: response.status, body }).toMatchObject({
        status,
        body: error.startsWith('E00000')
          ? { errorCode: error, errorSummary: error_description, errorLink: error, errorCauses: [] }
          : { error, error_description },
      })
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('pragma')).toBe('no-cache')
      expect(response.headers.get('content-type')).toBe('application/json;charset=UTF-8')
      expect(response.headers.get('x-okta-request-id')).toMatch(/^req/)
    })

    it('is accepted at the endpoint when that one thing is right', async () => {
      const response = await send(accepted, target)
      expect(await readAnswer(response)).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: expect.any(String) })
      expect(response.status).toBe(200)
    })
  })
}

async function send(attempt: Attempt, target: Target): Promise<Response> {
  const request = await writeAttempt(attempt, target)
  const post = () =>
    fetch(`${target.issuer}/oauth2/v1/token${request.query === '' ? '' : `?${request.query}`}`, {
      method: request.method,
      body: request.body,
      headers: {
        'content-type': request.contentType,
        ...(request.authorization === undefined ? {} : { authorization: request.authorization }),
      },
    })
  if (attempt.sentBefore) await post()
  return post()
}
