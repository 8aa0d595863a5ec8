import { writePublicKeys } from 'pkjwt/keys'
import { accepted, type CaseOptions, type ConformanceCase, refused } from '../conformanceCase.js'
import type { Facts } from '../subject.js'
import { dropSignature, setUnusedBit, signWithHmac } from '../wire/tampering.js'

const onlyOkta: CaseOptions = { profiles: ['okta'] }
const goodPractice: CaseOptions = { adviceIn: ['rfc7523', 'fapi2'] }

/** Cases about the assertion as a text, and its header. */
export const shapeCases: readonly ConformanceCase[] = [
  refused('token-size', 'an assertion of 20,000 characters', { claims: { extra: 'x'.repeat(14_600) } }, goodPractice),
  refused('token-form', 'two parts', { tamper: (token) => token.slice(0, token.lastIndexOf('.')) }),
  refused('token-form', 'five parts, as an encrypted token has', { tamper: (token) => `${token}.AA.AA` }),
  refused('token-form', 'the JSON serialisation', { tamper: asJson }),
  refused('token-form', 'a text that is no token', { tamper: () => 'not-a-token' }),
  refused('token-encoding', 'padding behind the signature', { tamper: (token) => `${token}=` }),
  refused('token-encoding', 'a line break inside', { tamper: (token) => token.replace('.', '.\n') }),
  refused(
    'token-encoding',
    'an unused bit that is set',
    { tamper: setUnusedBit },
    {
      ...goodPractice,
      isPossible: ({ key }) => key.alg === 'ES256' || key.alg === 'EdDSA',
    },
  ),
  refused('token-json', 'a header that is no JSON', { headerText: (json) => json.slice(0, -1) }),
  refused('token-json', 'a header that is null', { headerText: () => 'null' }),
  refused('token-json', 'a header that is a list', { headerText: (json) => `[${json}]` }),
  refused('token-json', 'claims that are no JSON', { payload: (json) => json.slice(0, -1) }),
  refused('token-json', 'claims that are a list', { payload: (json) => `[${json}]` }),
  refused('token-json', 'claims that are a text', { payload: () => '"claims"' }),
  refused('token-json', 'a claim twice', { payload: (json) => json.replace('{', '{"sub":"somebody-else",') }, goodPractice),
  accepted('token-json', 'a claim that nobody knows', { claims: { other: 'somebody-else' } }),
  refused('header-extension', 'a critical extension that nobody knows', {
    header: { crit: ['urn:example:unknown'], 'urn:example:unknown': true },
  }),
  refused('header-extension', 'an empty list of critical extensions', { header: { crit: [] } }),
  refused('header-extension', 'a payload that is not encoded', { header: { b64: false, crit: ['b64'] } }),
  refused('header-extension', 'a packed payload', { header: { zip: 'DEF' } }, onlyOkta),
  accepted('header-extension', 'a header member that nobody knows', { header: { other: 'DEF' } }),
  refused('header-alg', '"alg" none, and no signature', { header: { alg: 'none' }, tamper: dropSignature }),
  refused('header-alg', '"alg" None with a capital, and no signature', { header: { alg: 'None' }, tamper: dropSignature }),
  refused('header-alg', '"alg" nOnE with two capitals, and no signature', { header: { alg: 'nOnE' }, tamper: dropSignature }),
  refused('header-alg', '"alg" none, and a signature', { header: { alg: 'none' } }),
  refused('header-alg', 'no "alg"', { header: { alg: null } }),
  refused('header-alg', 'HS256 under the public key as PEM', { header: { alg: 'HS256' }, tamper: withPem }),
  refused('header-alg', 'HS256 under the public key as JWK', {
    header: { alg: 'HS256' },
    tamper: (token, { key }) => signWithHmac(token, JSON.stringify(key.publicKey.jwk)),
  }),
  refused('header-typ', 'the type of an access token', { header: { typ: 'at+jwt' } }, goodPractice),
  refused('header-typ', 'the type of a DPoP proof', { header: { typ: 'dpop+jwt' } }, goodPractice),
  refused('header-typ', 'the type of a request object', { header: { typ: 'oauth-authz-req+jwt' } }, goodPractice),
  accepted(
    'header-typ',
    'no type',
    { header: { typ: null } },
    { isAsked: ({ headerRequired = [] }) => !headerRequired.includes('typ') },
  ),
  accepted('header-typ', 'a type in small letters', { header: { typ: 'jwt' } }),
  refused('header-kid', 'a "kid" that is a number', { header: { kid: 1 } }),
  refused('header-kid', 'a "kid" that is an object', { header: { kid: { kid: 'a' } } }),
  refused('header-kid', 'an empty "kid"', { header: { kid: '' } }, goodPractice),
]

function asJson(token: string): string {
  const [header, payload, signature] = token.split('.')
  return JSON.stringify({ protected: header, payload, signature })
}

async function withPem(token: string, { key }: Facts): Promise<string> {
  return signWithHmac(token, await writePublicKeys(key.publicKey, 'spki'))
}
