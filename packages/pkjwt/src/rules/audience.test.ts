import { describe, expect, it } from 'vitest'
import { okta } from '../profiles/okta.js'
import { fapi2, rfc7523 } from '../profiles/rfc.js'
import { audList, audMismatch, audMissing } from './audience.js'
import { checkRules, type Finding, type Profile } from './rule.js'

const org = 'https://example.okta.com'
const endpoint = `${org}/oauth2/v1/token`
const other = 'https://other.example/oauth2/v1/token'

interface Known {
  readonly limits?: Profile
  readonly audiences?: readonly string[] | undefined
}

function examine(aud: unknown, { limits = okta, ...rest }: Known = {}): Finding[] {
  const audiences = 'audiences' in rest ? rest.audiences : [endpoint]
  return checkRules({ header: {}, claims: { aud }, limits, now: 0, audiences }, [audMissing, audList, audMismatch])
}

const idsOf = (aud: unknown, known?: Known) => examine(aud, known).map(({ id }) => id)

describe('"aud" must name somebody', () => {
  it('and does, as one URL', () => {
    expect(examine(endpoint)).toEqual([])
  })

  it('is missing, and the fix is the URL that is expected', () => {
    expect(examine(undefined)).toEqual([
      {
        id: 'aud-missing',
        severity: 'error',
        member: 'aud',
        expected: `"${endpoint}"`,
        message: 'The claim "aud" is missing',
        fix: 'Set "aud" to the full URL of the endpoint that the assertion is sent to',
        patch: { claims: { aud: endpoint } },
      },
    ])
  })

  it.each([[''], [1], [null], [{}], [[]], [['']], [[endpoint, '']], [[endpoint, 1]], [[1]]])('names nobody as %j', (aud) => {
    const [finding] = examine(aud)
    expect(finding).toMatchObject({ id: 'aud-missing', found: JSON.stringify(aud) })
    expect(finding?.message).toContain('names nobody')
  })

  it('is told once of a list without anybody in it', () => {
    expect(idsOf([])).toEqual(['aud-missing'])
  })

  it('is missing where nobody knows what it should be: then there is no patch', () => {
    for (const audiences of [undefined, []]) {
      const [finding] = examine(undefined, { audiences })
      expect(finding?.expected).toBe('the URL of the endpoint')
      expect(finding).not.toHaveProperty('patch')
    }
  })

  it('tells of every URL that would do', () => {
    expect(examine(undefined, { audiences: [endpoint, org] })[0]?.expected).toBe(`"${endpoint}" or "${org}"`)
  })
})

describe('"aud" as a list', () => {
  it('of one is accepted with a warning by Okta, without one by the RFC, and refused by FAPI', () => {
    expect(examine([endpoint])[0]).toMatchObject({ id: 'aud-list', severity: 'warning', patch: { claims: { aud: endpoint } } })
    expect(examine([endpoint], { limits: rfc7523 })).toEqual([])
    expect(examine([endpoint], { limits: fapi2 })[0]).toMatchObject({ id: 'aud-list', severity: 'error' })
  })

  it.each([okta, rfc7523, fapi2])('of two is refused in the profile $name, also when both are this server', (limits) => {
    const audiences = [endpoint, org]
    const [finding] = examine(audiences, { limits, audiences })
    expect(finding).toMatchObject({ id: 'aud-list', severity: 'error', found: JSON.stringify(audiences) })
    expect(finding?.message).toContain('names 2 servers')
  })

  it('is mended to its one element where nobody knows better, and not mended when it has two', () => {
    expect(examine([other], { audiences: undefined })[0]?.patch).toEqual({ claims: { aud: other } })
    expect(examine([other])[0]?.patch).toEqual({ claims: { aud: endpoint } })
    expect(examine([endpoint, other], { audiences: undefined })[0]).not.toHaveProperty('patch')
  })

  it('with something else than text in it is no list of audiences', () => {
    expect(idsOf([endpoint, 7])).toEqual(['aud-missing'])
  })
})

describe('"aud" must be the URL that is expected', () => {
  it('or one of several', () => {
    expect(idsOf(org, { audiences: [endpoint, org] })).toEqual([])
    expect(idsOf(other, { audiences: [endpoint, org] })).toEqual(['aud-mismatch'])
  })

  it('in every element of a list', () => {
    expect(idsOf([endpoint, other])).toEqual(['aud-list', 'aud-mismatch'])
    expect(idsOf([other, endpoint])).toEqual(['aud-list', 'aud-mismatch'])
    expect(idsOf([endpoint, endpoint])).toEqual(['aud-list'])
  })

  it('is not compared where nobody knows it', () => {
    expect(idsOf(other, { audiences: undefined })).toEqual([])
  })

  it('matches nothing where no audience is right', () => {
    expect(idsOf(endpoint, { audiences: [] })).toEqual(['aud-mismatch'])
  })

  it.each([
    ['not a URL', 'is not the URL of this server'],
    [`${endpoint}/`, 'differs by a slash at the end'],
    ['HTTPS://EXAMPLE.OKTA.COM/oauth2/v1/token', 'the same URL written differently'],
    ['https://example.okta.com:443/oauth2/v1/token', 'the same URL written differently'],
    ['https://example.okta.com/oauth2/../oauth2/v1/token', 'the same URL written differently'],
    ['https://example-admin.okta.com/oauth2/v1/token', 'the host of the admin console (-admin)'],
    [other, 'is meant for another server, "other.example"'],
    ['https://other-admin.okta.com/oauth2/v1/token', 'is meant for another server, "other-admin.okta.com"'],
    ['http://example.okta.com/oauth2/v1/token', 'says http:// where https:// is called'],
    [`${org}//oauth2/v1/token`, 'has a double slash'],
    [org, 'is the issuer'],
    [`${org}/`, 'is the issuer'],
    [`${org}/oauth2/default/v1/token`, 'is meant for the custom server "default", and the call went to the organisation server'],
    [`${org}/oauth2/v1/introspect`, 'has the path "/oauth2/v1/introspect" where "/oauth2/v1/token" is called'],
    [`${org}/a/oauth2/v1/token`, 'has the path "/a/oauth2/v1/token"'],
    [`${org}/a/oauth2/default/v1/token`, 'has the path "/a/oauth2/default/v1/token"'],
  ])('%s: %s', (aud, difference) => {
    const [finding] = examine(aud)
    expect(finding).toMatchObject({
      id: 'aud-mismatch',
      severity: 'error',
      found: JSON.stringify(aud),
      expected: `"${endpoint}"`,
      patch: { claims: { aud: endpoint } },
    })
    expect(finding?.message).toContain(difference)
  })

  it.each([
    [`${org}/oauth2/default`, 'is the issuer'],
    [org, 'is the issuer'],
    [endpoint, 'is meant for the organisation server, and the call went to the custom server "default"'],
    [`${org}/oauth2/other`, 'is meant for the custom server "other", and the call went to the custom server "default"'],
    [`${org}/oauth2/default/v1/keys`, 'has the path "/oauth2/default/v1/keys"'],
  ])('at a custom server, %s: %s', (aud, difference) => {
    expect(examine(aud, { audiences: [`${org}/oauth2/default/v1/token`] })[0]?.message).toContain(difference)
  })

  it('is the endpoint where the issuer is wanted, and that is no wrong server', () => {
    const [finding] = examine(endpoint, { limits: fapi2, audiences: [org] })
    expect(finding?.message).toBe('The claim "aud" has the path "/oauth2/v1/token" where "/" is called')
    const [custom] = examine(org, { limits: fapi2, audiences: [`${org}/oauth2/default`] })
    expect(custom?.message).toContain('is meant for the organisation server, and the call went to the custom server "default"')
  })

  it('may be no URL at all, where somebody configured it so', () => {
    expect(idsOf('my-api', { audiences: ['my-api'] })).toEqual([])
    expect(examine(other, { audiences: ['my-api'] })[0]?.message).toBe('The claim "aud" is not the URL of this server')
  })

  it('without the slash that the right one ends with', () => {
    expect(examine('https://id.example', { audiences: ['https://id.example/'] })[0]?.message).toContain('a slash at the end')
  })

  it('is compared with the URL of its own host, when there are several', () => {
    const audiences = ['https://first.example/token', 'https://second.example/token']
    expect(examine('http://second.example/token', { audiences })[0]?.message).toContain('says http://')
    expect(examine(['https://first.example/token', 'http://second.example/token'], { audiences })[1]?.message).toContain(
      'says http://',
    )
  })
})
