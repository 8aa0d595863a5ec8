/** The parameters of a form in their order, or why it cannot be decoded. */
export interface ReadForm {
  readonly parameters: readonly (readonly [name: string, value: string])[]
  readonly fault: string | undefined
}

/** More than any OAuth request carries. */
const parametersMax = 100

/**
 * Reads `application/x-www-form-urlencoded` strictly: a broken percent-escape, bytes that are no UTF-8 and U+0000 are faults, where
 * `URLSearchParams` would quietly make something else of them. So what is checked is what was sent.
 *
 * @example
 * assert.deepEqual(readForm('scope=a+b').parameters, [['scope', 'a b']])
 * assert.ok(readForm('scope=%zz').fault)
 */
export function readForm(body: string): ReadForm {
  const parameters: (readonly [string, string])[] = []
  const pairs = body.split('&', parametersMax + 1)
  if (pairs.length > parametersMax) return { parameters, fault: `more than ${parametersMax} parameters` }
  for (const pair of pairs) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1))
    if (name === undefined || value === undefined) return { parameters, fault: 'a percent-escape that is no UTF-8' }
    if (name.includes('\0') || value.includes('\0')) return { parameters, fault: 'a NUL character' }
    parameters.push([name, value])
  }
  return { parameters, fault: undefined }
}

/**
 * Writes parameters as a form, leaving out those without a value.
 *
 * @example
 * assert.equal(writeForm({ scope: 'a b', resource: undefined }), 'scope=a+b')
 */
export function writeForm(parameters: Readonly<Record<string, string | undefined>>): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) form.append(name, value)
  }
  return form.toString()
}

function decode(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}
