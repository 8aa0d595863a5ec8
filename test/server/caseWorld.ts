import { startTestServer, type TestServer, type TestServerOptions } from '@pkjwt/server/testing'
import { expect } from 'vitest'
import { checkAnswers } from '../reference/checkAnswers.js'
import { generateKeys, type PreparedKeys, prepareApps } from '../rules/apps.js'
import { type Target, writeAttempt } from '../rules/attempt.js'
import { type Attempt, now } from '../rules/cases.js'
import { formType } from './support.js'

/** Settings of a server beside its apps, such as its store: asked for anew for each server that is started. */
export type Settle = () => Promise<TestServerOptions>

/** The server that the cases ask, its apps and their keys, and the ways to ask. */
export interface CaseWorld {
  readonly server: TestServer
  readonly keys: PreparedKeys
  readonly target: Target
  send(sent: Sent): Promise<Response>
  /** A token request with a body of one's own. */
  post(body: BodyInit): Promise<Response>
  /** Sends one assertion twice, the second time changed as it says; gives the second answer. */
  twice(first: Attempt, second: Attempt): Promise<Response>
  settle: Settle
}

export interface Sent {
  readonly attempt: Attempt
  readonly headers?: Readonly<Record<string, string>>
}

export async function openCaseWorld(settle: Settle): Promise<CaseWorld> {
  const keys = await generateKeys()
  const apps = prepareApps(keys)
  const server = checkAnswers(await startTestServer({ ...(await settle()), seed: { apps: Object.values(apps) } }))
  server.clock.set(new Date(now * 1000))
  const target: Target = { issuer: server.org, keys, apps }
  const url = `${server.org}/oauth2/v1/token`
  const send = async ({ attempt, headers = {} }: Sent) => {
    const request = await writeAttempt(attempt, target)
    const hasBody = !['GET', 'HEAD'].includes(request.method)
    return server.fetch(`${url}${request.query === '' ? '' : `?${request.query}`}`, {
      method: request.method,
      ...(hasBody ? { body: request.body } : {}),
      headers: {
        'content-type': request.contentType,
        ...(request.authorization === undefined ? {} : { authorization: request.authorization }),
        ...headers,
      },
    })
  }
  return {
    server,
    keys,
    target,
    send,
    post: (body) => server.fetch(url, { method: 'POST', body, headers: { 'content-type': formType } }),
    async twice(first, second) {
      const jti = crypto.randomUUID()
      const named = (attempt: Attempt) => ({ attempt: { ...attempt, claims: { jti, ...attempt.claims } } })
      await send(named(first))
      return send(named(second))
    },
    settle,
  }
}

/** Case 126, at every refusal: JSON, not to be kept, ASCII, nothing of ours and nothing of the sender's in it. */
export async function expectRefused(response: Response, status: number, error: string): Promise<void> {
  const text = await response.text()
  const body = JSON.parse(text)
  expect({ status: response.status, error: body.error ?? body.errorCode }).toEqual({ status, error })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  expect(text).toMatch(/^[\x20-\x7e]+$/)
  expect(text).not.toMatch(/node_modules|\.ts:|Error:/)
}
