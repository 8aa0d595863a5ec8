import { type Breach, type Profile, type Rule, shown } from './rule.js'
import type { ClaimsFacts } from './time.js'

export const audMissing: Rule<ClaimsFacts> = {
  id: 'aud-missing',
  stage: 'claims',
  specification: 'RFC 7523 §3 (3)',
  check({ claims: { aud }, audiences }) {
    const values = audienceValues(aud)
    if (values !== undefined && values.length > 0 && values.every((value) => value !== '')) return undefined
    return {
      member: 'aud',
      ...(aud === undefined ? {} : { found: shown(aud) }),
      expected: expectedAudience(audiences),
      message: aud === undefined ? 'The claim "aud" is missing' : 'The claim "aud" names nobody: it must be a URL, as a string',
      fix: 'Set "aud" to the full URL of the endpoint that the assertion is sent to',
      ...patchTo(audiences),
    }
  },
}

export const audList: Rule<ClaimsFacts> = {
  id: 'aud-list',
  stage: 'claims',
  // A second value would let the server that it names replay the assertion here (CVE-2025-27370, CVE-2025-27371).
  specification: 'RFC 7523bis §4; CVE-2025-27371',
  check({ claims: { aud }, limits: { audienceList }, audiences }) {
    const values = audienceValues(aud)
    if (!Array.isArray(aud) || values === undefined || values.length === 0) return undefined
    const lonely = values.length === 1
    if (lonely && audienceList === 'one') return undefined
    return {
      severity: lonely && audienceList === 'one-with-warning' ? 'warning' : 'error',
      member: 'aud',
      found: shown(aud),
      expected: 'one URL, as a string',
      message: lonely
        ? 'The claim "aud" is a list: a plain string is wanted'
        : `The claim "aud" names ${values.length} servers: each of them could use the assertion at the others`,
      fix: 'Write "aud" as one string',
      ...patchTo(audiences ?? (lonely ? values : undefined)),
    }
  },
}

export const audMismatch: Rule<ClaimsFacts> = {
  id: 'aud-mismatch',
  stage: 'claims',
  specification: 'RFC 7523 §3 (3); Okta: the full URL of the endpoint that is called',
  check({ claims: { aud }, audiences, limits }) {
    const values = audienceValues(aud)
    if (audiences === undefined) return undefined
    const wrong = values?.find((value) => !audiences.includes(value))
    if (wrong === undefined) return undefined
    return {
      member: 'aud',
      found: shown(aud),
      expected: expectedAudience(audiences),
      message: audienceDifference(wrong, audiences, limits.audience),
      fix: 'Set "aud" to exactly that URL: it is compared character by character',
      ...patchTo(audiences),
    }
  },
}

/** Whether an assertion names the issuer where nobody says otherwise. */
export function isForIssuer({ audience }: Pick<Profile, 'audience'>): boolean {
  return audience === 'issuer' || audience === 'either'
}

function audienceValues(aud: unknown): readonly string[] | undefined {
  if (typeof aud === 'string') return [aud]
  return Array.isArray(aud) && aud.every((value) => typeof value === 'string') ? aud : undefined
}

function expectedAudience(audiences: readonly string[] | undefined): string {
  return audiences?.[0] === undefined ? 'the URL of the endpoint' : audiences.map(shown).join(' or ')
}

function patchTo(audiences: readonly string[] | undefined): Pick<Breach, 'patch'> {
  return audiences?.[0] === undefined ? {} : { patch: { claims: { aud: audiences[0] } } }
}

/** Says in what the wrong audience differs from the nearest right one. */
function audienceDifference(wrong: string, audiences: readonly string[], wanted: Profile['audience']): string {
  const right = audiences.find((candidate) => readUrl(candidate)?.host === readUrl(wrong)?.host) ?? audiences[0] ?? ''
  const [found, expected] = [readUrl(wrong), readUrl(right)]
  if (found === undefined || expected === undefined) return 'The claim "aud" is not the URL of this server'
  if (wrong === `${right}/` || right === `${wrong}/`) return 'The claim "aud" differs by a slash at the end'
  if (found.href === expected.href) return 'The claim "aud" is the same URL written differently: upper case, a port or a dot'
  if (found.host.replace('-admin.', '.') === expected.host && found.host !== expected.host) {
    return 'The claim "aud" has the host of the admin console (-admin): tokens come from the host without it'
  }
  if (found.host !== expected.host) return `The claim "aud" is meant for another server, ${shown(found.host)}`
  if (found.protocol !== expected.protocol)
    return `The claim "aud" says ${found.protocol}// where ${expected.protocol}// is called`
  return pathDifference(found.pathname, expected.pathname, wanted)
}

function pathDifference(found: string, expected: string, wanted: Profile['audience']): string {
  const [foundServer, expectedServer] = [customServer(found), customServer(expected)]
  if (found.includes('//')) return 'The claim "aud" has a double slash: the organisation URL ended with one'
  if (!isForIssuer({ audience: wanted }) && (found === '/' || found === `/oauth2/${expectedServer}`)) {
    return 'The claim "aud" is the issuer: this server wants the endpoint that is called'
  }
  if (foundServer !== expectedServer) {
    const name = (server: string | undefined) =>
      server === undefined ? 'the organisation server' : `the custom server ${shown(server)}`
    return `The claim "aud" is meant for ${name(foundServer)}, and the call went to ${name(expectedServer)}`
  }
  return `The claim "aud" has the path ${shown(found)} where ${shown(expected)} is called`
}

function customServer(path: string): string | undefined {
  const id = /^\/oauth2\/([^/]+)/.exec(path)?.[1]
  return id === 'v1' ? undefined : id
}

function readUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
