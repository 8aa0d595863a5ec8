import { type Algorithm, algorithmNames } from 'pkjwt/keys'
import type { Profile } from 'pkjwt/profiles'
import { accepted, type CaseOptions, type ConformanceCase, refused } from '../conformanceCase.js'
import type { Facts } from '../subject.js'

const goodPractice: CaseOptions = { adviceIn: ['rfc7523', 'fapi2'] }
const elsewhere = 'https://other.example/oauth2/v1/token'

/** Cases about the algorithm, the audience and the identifier of the token. */
export const claimsCases: readonly ConformanceCase[] = [
  refused(
    'alg-profile',
    'an algorithm that the profile leaves out',
    { header: ({ limits }) => ({ alg: leftOut(limits.algorithms) }) },
    { isPossible: ({ limits }) => leftOut(limits.algorithms) !== undefined },
  ),
  refused('header-missing', 'no "kid", where one is demanded', { header: { kid: null } }, { isAsked: wants('kid') }),
  refused('header-missing', 'no "typ", where one is demanded', { header: { typ: null } }, { isAsked: wants('typ') }),
  refused('aud-missing', 'no "aud"', { claims: { aud: null } }),
  refused('aud-missing', 'an empty "aud"', { claims: { aud: '' } }),
  refused('aud-missing', 'an empty list', { claims: { aud: [] } }),
  refused('aud-missing', 'an "aud" that is a number', { claims: { aud: 1 } }),
  refused(
    'aud-list',
    'a second audience',
    { claims: ({ audience }) => ({ aud: [audience, elsewhere] }) },
    {
      adviceIn: ['rfc7523'],
    },
  ),
  refused('aud-list', 'a list, even of one', { claims: listOfOne }, { profiles: ['fapi2'] }),
  accepted('aud-list', 'a list of one', { claims: listOfOne }, { profiles: ['okta', 'rfc7523'] }),
  refused('aud-mismatch', 'another server', { claims: { aud: elsewhere } }),
  refused('aud-mismatch', 'a slash at the end', { claims: ({ audience }) => ({ aud: `${audience}/` }) }),
  refused('aud-mismatch', 'a query at the end', { claims: ({ audience }) => ({ aud: `${audience}?` }) }),
  refused('aud-mismatch', 'other letter case', { claims: ({ audience }) => ({ aud: audience.toUpperCase() }) }),
  refused(
    'aud-mismatch',
    'the default port written out',
    { claims: ({ audience }) => ({ aud: withPort(audience) }) },
    { isPossible: ({ audience }) => withPort(audience) !== audience },
  ),
  refused('aud-mismatch', 'the other scheme', { claims: ({ audience }) => ({ aud: otherScheme(audience) }) }),
  refused('aud-mismatch', 'the beginning of the URL only', { claims: ({ audience }) => ({ aud: audience.slice(0, -1) }) }),
  refused(
    'aud-mismatch',
    'the issuer',
    { claims: ({ endpoint }) => ({ aud: new URL(endpoint).origin }) },
    {
      profiles: ['okta'],
    },
  ),
  refused('aud-mismatch', 'the introspection endpoint', { claims: introspection }, { profiles: ['okta'] }),
  refused('aud-mismatch', 'the token endpoint', { claims: ({ endpoint }) => ({ aud: endpoint }) }, { profiles: ['fapi2'] }),
  refused('aud-mismatch', 'a host that the request itself forwards', {
    headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example;proto=https' },
    claims: ({ audience }) => ({ aud: `https://evil.example${new URL(audience).pathname}` }),
  }),
  refused(
    'jti-missing',
    'no "jti", where one is demanded',
    { claims: { jti: null } },
    { isAsked: ({ jti }) => jti === 'required' },
  ),
  accepted('jti-missing', 'no "jti"', { claims: { jti: null } }, { profiles: ['okta'] }),
  refused('jti-type', 'a "jti" that is a number', { claims: { jti: 7 } }),
  refused('jti-type', 'a "jti" that is an object', { claims: { jti: { id: 7 } } }),
  refused('jti-type', 'an empty "jti"', { claims: { jti: '' } }, goodPractice),
  refused('jti-type', 'half a surrogate pair', { payload: (json) => json.replace(/"jti":"/, '"jti":"\\ud800') }, goodPractice),
  refused('jti-size', 'a "jti" of 257 bytes', { claims: () => ({ jti: longId(257) }) }, { profiles: ['okta'] }),
  accepted('jti-size', 'a "jti" of 256 bytes', { claims: () => ({ jti: longId(256) }) }, { profiles: ['okta'] }),
]

function wants(member: 'kid' | 'typ') {
  return ({ headerRequired = [] }: Profile) => headerRequired.includes(member)
}

function leftOut(algorithms: readonly Algorithm[]): Algorithm | undefined {
  return algorithmNames.find((name) => !algorithms.includes(name))
}

function listOfOne({ audience }: Facts) {
  return { aud: [audience] }
}

function introspection({ audience }: Facts) {
  return { aud: audience.replace(/[^/]*$/, 'introspect') }
}

/** The same URL by RFC 3986, and another text: RFC 7523 compares texts. */
function withPort(url: string): string {
  return new URL(url).port === ''
    ? url.replace(/^(https?):\/\/([^/?#:]+)/, (_, scheme, host) => `${scheme}://${host}:${scheme === 'https' ? 443 : 80}`)
    : url
}

function otherScheme(url: string): string {
  return url.startsWith('https:') ? url.replace('https:', 'http:') : url.replace('http:', 'https:')
}

function longId(length: number): string {
  return crypto.randomUUID().padEnd(length, 'j')
}
