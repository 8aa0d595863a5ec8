import { profiles, refusalOf } from 'pkjwt/profiles'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateKeys, prepareApps } from '../rules/apps.js'
import { type Target, writeAttempt } from '../rules/attempt.js'
import { type Attempt, now, ruleCases } from '../rules/cases.js'
import { type HttpServer, readAnswer, startHttpServer } from './support.js'

let server: HttpServer
let target: Target

beforeAll(async () => {
  const keys = await generateKeys()
  const apps = prepareApps(keys)
  server = await startHttpServer({ seed: { apps: Object.values(apps) }, clock: () => new Date(now * 1000) })
  target = { issuer: server.url, keys, apps }
})

afterAll(() => server.close())

describe.each(ruleCases)('$rule: $what', ({ rule, accepted, refused }) => {
  it('is refused at the endpoint with the text of the profile', async () => {
    const response = await send(refused)
    const profile = profiles[refused.app === 'fapi2' ? 'fapi2' : 'okta']
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
    const response = await send(accepted)
    expect(await readAnswer(response)).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: expect.any(String) })
    expect(response.status).toBe(200)
  })
})

async function send(attempt: Attempt): Promise<Response> {
  const request = await writeAttempt(attempt, target)
  const post = () =>
    fetch(`${server.url}/oauth2/v1/token${request.query === '' ? '' : `?${request.query}`}`, {
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
