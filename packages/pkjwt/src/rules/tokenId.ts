import { type Rule, shown } from './rule.js'
import type { ClaimsFacts } from './time.js'

export const jtiMissing: Rule<ClaimsFacts> = {
  id: 'jti-missing',
  stage: 'claims',
  specification: 'RFC 7523 §3 (7); FAPI 2.0 §5.3.2.1',
  check({ claims: { jti }, limits }) {
    if (jti !== undefined || limits.jti === 'optional') return undefined
    return {
      member: 'jti',
      expected: 'a string that was never used before',
      message: 'The claim "jti" is missing: without it the assertion could be used again',
      fix: 'Add a fresh random "jti"',
    }
  },
}

export const jtiType: Rule<ClaimsFacts> = {
  id: 'jti-type',
  stage: 'claims',
  specification: 'RFC 7519 §4.1.7',
  check({ claims: { jti } }) {
    if (jti === undefined || (typeof jti === 'string' && jti !== '' && isWellFormed(jti))) return undefined
    return {
      member: 'jti',
      found: shown(jti),
      expected: 'a string that is not empty, in well-formed Unicode',
      message:
        jti === ''
          ? 'The claim "jti" is empty'
          : `The claim "jti" is ${typeof jti === 'string' ? 'broken Unicode' : 'not a string'}`,
      fix: 'Use a random string such as a UUID, or leave "jti" out',
    }
  },
}

export const jtiSize: Rule<ClaimsFacts> = {
  id: 'jti-size',
  stage: 'claims',
  specification: 'RFC 7519 §4.1.7; a limit of this project',
  check({ claims: { jti }, limits: { jtiBytesMax } }) {
    // No character of UTF-16 takes more than three bytes, so a short one needs no counting.
    if (typeof jti !== 'string' || jti.length * 3 <= jtiBytesMax) return undefined
    const bytes = new TextEncoder().encode(jti).length
    if (bytes <= jtiBytesMax) return undefined
    return {
      member: 'jti',
      found: `${bytes} bytes`,
      expected: `at most ${jtiBytesMax} bytes`,
      message: `The claim "jti" has ${bytes} bytes, and the limit is ${jtiBytesMax}`,
      fix: 'Use a random string such as a UUID',
    }
  },
}

/** Whether a value can serve as the name of a token: a text that is not empty, well-formed, and short enough to keep. */
export function isUsableTokenId(jti: unknown, bytesMax: number): jti is string {
  return typeof jti === 'string' && jti !== '' && isWellFormed(jti) && new TextEncoder().encode(jti).length <= bytesMax
}

/** Whether a text holds no lone surrogate: two different ones would become the same bytes (U+FFFD) and be taken for each other. */
function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)
}
