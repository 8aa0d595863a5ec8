import { type Breach, type HeaderMember, type Rule, shown } from './rule.js'
import type { ClaimsFacts } from './time.js'

export const headerMissing: Rule<ClaimsFacts> = {
  id: 'header-missing',
  stage: 'claims',
  specification: 'SMART App Launch 2.2 (kid, typ); Microsoft Entra ID (x5t#S256)',
  check({ header, limits: { headerRequired = [], name } }) {
    const member = headerRequired.find((wanted) => header[wanted] === undefined)
    if (member === undefined) return undefined
    return {
      member,
      expected: expectedMembers[member],
      message: `The header has no ${shown(member)}, and servers of the profile ${shown(name)} want one`,
      ...mends[member],
    }
  },
}

const expectedMembers: Readonly<Record<HeaderMember, string>> = {
  typ: 'JWT',
  kid: 'the name of the registered key',
  'x5t#S256': 'the hash of the registered certificate',
}

const mends: Readonly<Record<HeaderMember, Pick<Breach, 'fix' | 'patch'>>> = {
  typ: { fix: 'Put "typ": "JWT" into the header', patch: { header: { typ: 'JWT' } } },
  kid: { fix: 'Give the key the "kid" of the registered key' },
  'x5t#S256': { fix: 'Sign with the certificate of the key: its hash goes into the header' },
}
