import { describe, expect, it } from 'vitest'
import { encodeBase64urlText } from '../encoding/base64url.js'
import type { Finding } from '../errors.js'
import { type DraftJwt, readDraftJwt } from '../jwt/parse.js'
import { oktaTexts } from '../profiles/oktaTexts.js'
import { reasons } from '../rules/reasons.js'
import { explainAnswer } from './answer.js'

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly asked?: string
  readonly jwt?: DraftJwt
}

function explain({ status = 401, headers = {}, body = '', asked, jwt }: Answer, findings: readonly Finding[] = []): Finding[] {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return explainAnswer({ status, header: (name) => headers[name], body: text }, findings, { jwt, asked })
}

const oauth = (error: string, error_description?: string) => ({ error, error_description })
const invalidClient = (description: string) => oauth('invalid_client', description)
const finding = (id: string, severity: Finding['severity'] = 'error'): Finding => ({ id, severity, message: id, fix: '' })
const withHeader = (header: object) => readDraftJwt(`${encodeBase64urlText(JSON.stringify(header))}.e30.AA`)

const expired = 'The client_assertion token is expired.'
const kidInvalid = 'The client_assertion JWT kid is invalid.'

describe('explainAnswer() leaves the findings as they are', () => {
  it('without an answer', () => {
    expect(explainAnswer(undefined, [finding('exp-past')], { jwt: undefined, asked: undefined })).toEqual([finding('exp-past')])
  })
})

describe('explainAnswer() of a token that was given', () => {
  const body = { access_token: 'a', scope: 'okta.a okta.b' }

  it('says that all is well, after what else there is', () => {
    expect(explain({ status: 200, body, asked: 'okta.a' }, [finding('kid-absent', 'warning')])).toEqual([
      finding('kid-absent', 'warning'),
      {
        id: 'answer-success',
        severity: 'info',
        message: 'The server gave a token',
        fix: expect.not.stringMatching(/\.$/),
      },
    ])
  })

  it('tells which scopes were left out', () => {
    expect(explain({ status: 200, body, asked: 'okta.a okta.c okta.b' })).toMatchObject([
      { id: 'scope-narrowed', severity: 'warning', found: '"okta.c"' },
      { id: 'answer-success' },
    ])
  })

  it('does not guess at scopes that the answer does not name, or nobody asked for', () => {
    expect(explain({ status: 200, body: { access_token: 'a' }, asked: 'a' }).map(({ id }) => id)).toEqual(['answer-success'])
    expect(explain({ status: 200, body }).map(({ id }) => id)).toEqual(['answer-success'])
  })
})

describe('explainAnswer() of a refusal', () => {
  it('puts the finding that explains it first, as the error that it was', () => {
    const findings = [finding('aud-list', 'warning'), finding('exp-past', 'warning'), finding('kid-absent', 'warning')]
    expect(explain({ body: invalidClient(expired) }, findings)).toEqual([
      {
        ...finding('exp-past'),
        refusal: { status: 401, error: 'invalid_client', error_description: expired, code: 'invalid_client' },
      },
      finding('aud-list', 'warning'),
      finding('kid-absent', 'warning'),
    ])
  })

  it('keeps the refusal that a finding has already', () => {
    const refusal = { status: 400, error: 'x', error_description: 'y', code: 'z' }
    expect(explain({ body: invalidClient(expired) }, [{ ...finding('exp-past'), refusal }])[0]?.refusal).toBe(refusal)
  })

  it('finds the reason in the header when the body is empty', () => {
    const headers = { 'www-authenticate': `Bearer error="invalid_client", error_description="${expired}"` }
    expect(explain({ headers }, [finding('aud-list'), finding('exp-past')])[0]?.id).toBe('exp-past')
  })

  it('is explained by what it usually means when no finding does', () => {
    const [first, second] = explain({ body: invalidClient(expired) }, [finding('aud-list')])
    expect(first).toMatchObject({
      id: 'exp-past',
      severity: 'error',
      found: `"${expired}"`,
      refusal: { status: 401, error: 'invalid_client', error_description: expired },
    })
    expect(first?.message).toMatch(/^The server says: [A-Z].*[^.]\. Usually: [a-z].*[^.]$/)
    expect(first?.fix).toMatch(/[^.]$/)
    expect(second?.id).toBe('aud-list')
  })

  it.each(['scope-default-missing', 'scope-self', 'aud-mismatch', 'request-media-type'] as const)(
    'means the rule that has its text, %s, and says all of its advice',
    (id) => {
      const { error, error_description } = oktaTexts[id]
      const body = error.startsWith('E0')
        ? { errorCode: error, errorSummary: error_description }
        : oauth(error, error_description)
      const [first] = explain({ status: 400, body })
      expect(first?.id).toBe(id)
      expect(`${first?.fix}.`).toBe(reasons[id].fix)
    },
  )

  it('means an answer of the API, when its error is one of those', () => {
    const body = { errorCode: 'E0000011', errorSummary: 'Invalid token provided' }
    expect(explain({ body })).toMatchObject([
      {
        id: 'answer-token-invalid',
        severity: 'error',
        found: '"Invalid token provided"',
        refusal: { status: 0, error: 'E0000011', error_description: 'Invalid token provided', code: 'E0000011' },
      },
    ])
    expect(explain({ body: { errorCode: 'E0000011' } })[0]).toMatchObject({
      found: '"E0000011"',
      refusal: { error_description: '' },
    })
  })

  it('is told to be unexplained when nobody knows it, or when it says no more than its error', () => {
    expect(explain({ body: oauth('made_up', 'Something.') })).toMatchObject([
      { id: 'answer-unexplained', severity: 'error', found: '"Something."' },
    ])
    expect(explain({ body: oauth('invalid_client') })).toMatchObject([{ id: 'answer-unexplained', found: '"invalid_client"' }])
  })
})

describe('explainAnswer() of a refusal about the key', () => {
  it('is the missing "kid" where the header has none, or nobody saw it, and else a wrong one', () => {
    expect(explain({ body: invalidClient(kidInvalid) })[0]?.id).toBe('kid-missing')
    expect(explain({ body: invalidClient(kidInvalid), jwt: withHeader({}) })[0]?.id).toBe('kid-missing')
    expect(explain({ body: invalidClient(kidInvalid), jwt: readDraftJwt('=.e30.AA') })[0]?.id).toBe('kid-missing')
    expect(explain({ body: invalidClient(kidInvalid), jwt: withHeader({ kid: 'a' }) })[0]?.id).toBe('kid-unknown')
  })

  it('is better explained by a fault of the key that was seen, whatever the server calls it', () => {
    const findings = [finding('aud-list', 'warning'), finding('key-use', 'warning'), finding('signature-mismatch')]
    const explained = explain({ body: invalidClient(kidInvalid) }, findings)
    expect(explained.map(({ id, severity }) => [id, severity])).toEqual([
      ['signature-mismatch', 'error'],
      ['aud-list', 'warning'],
      ['key-use', 'warning'],
      ['kid-missing', 'info'],
    ])
  })

  it('is not explained by a fault elsewhere', () => {
    const [first] = explain({ body: invalidClient(kidInvalid) }, [finding('exp-past')])
    expect(first?.id).toBe('kid-missing')
  })

  it('does not explain a refusal about something else', () => {
    const explained = explain({ body: invalidClient(expired) }, [finding('signature-mismatch')])
    expect(explained.map(({ id }) => id)).toEqual(['exp-past', 'signature-mismatch'])
  })
})

describe('explainAnswer() of something that no token endpoint says', () => {
  it.each([['<html>'], ['[]'], [''], ['{"a":1}'], ['{"error":7}']])('%j', (body) => {
    expect(explain({ status: 502, body }, [finding('exp-past')])).toMatchObject([
      {
        id: 'answer-unknown',
        severity: 'error',
        found: JSON.stringify(body),
        expected: 'JSON with "error" or "errorCode"',
        message: expect.stringMatching(/[^.] \(status 502\)$/),
      },
      { id: 'exp-past' },
    ])
  })

  it('shows the first 200 characters, and no status where none is known', () => {
    const [first] = explain({ status: 0, body: `${'x'.repeat(197)}\u200b\u200b\u200b\u200b` })
    expect(first?.message).toBe(reasons['answer-unknown'].title)
    expect(first?.fix).toBe('Check that the URL is that of the token endpoint, and that no proxy answers in its place')
    expect(first?.found?.length).toBeLessThanOrEqual(200)
  })

  it('with a challenge that names no error', () => {
    expect(explain({ headers: { 'www-authenticate': 'Bearer realm="x"' } })[0]?.id).toBe('answer-unknown')
  })
})
