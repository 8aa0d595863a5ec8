export interface JsonFault {
  /** Where it is, in UTF-16 code units from the start. */
  readonly at: number
  readonly fault: string
  readonly hint: string
}

/**
 * Finds the first thing that is wrong with a JSON text (RFC 8259, without duplicate members), and where. It is asked only after
 * `JSON.parse` or the count of members said no: the messages of the engines differ, quote the text, and often have no position.
 */
export function findJsonFault(text: string, depthMax: number): JsonFault {
  try {
    const end = skipValue(text, skipSpace(text, 0), depthMax)
    const rest = skipSpace(text, end)
    return { at: rest, fault: 'there is something after its end', hint: 'Remove what follows the value' }
  } catch (error) {
    if (error instanceof Fault) return { at: error.at, fault: error.message, hint: error.hint }
    throw error
  }
}

class Fault extends Error {
  readonly at: number
  readonly hint: string
  constructor(at: number, message: string, hint: string) {
    super(message)
    this.at = at
    this.hint = hint
  }
}

// Each of these takes the position where something begins and gives the position behind it.

function skipValue(text: string, at: number, depthLeft: number): number {
  const first = text[at]
  if (first === '{' || first === '[') {
    if (depthLeft === 0) throw new Fault(at, 'it is nested too deep', 'Flatten it')
    return first === '{' ? skipObject(text, at, depthLeft - 1) : skipArray(text, at, depthLeft - 1)
  }
  if (first === '"') return skipString(text, at)
  const scalar = match(text, at, /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
  if (scalar === undefined) throw unexpected(text, at, 'a value is missing')
  return at + scalar.length
}

function skipObject(text: string, start: number, depthLeft: number): number {
  const names = new Set<string>()
  let at = skipSpace(text, start + 1)
  if (text[at] === '}') return at + 1
  for (;;) {
    if (text[at] !== '"') throw unexpected(text, at, 'the name of a member is missing')
    const end = skipString(text, at)
    const name: unknown = JSON.parse(text.slice(at, end))
    if (typeof name === 'string' && names.has(name)) {
      throw new Fault(at, `the member ${JSON.stringify(name.slice(0, 40))} stands there a second time,`, 'Keep one of the two')
    }
    names.add(String(name))
    at = skipSpace(text, end)
    if (text[at] !== ':') throw unexpected(text, at, 'a colon is missing')
    at = skipSpace(text, skipValue(text, skipSpace(text, at + 1), depthLeft))
    if (text[at] === '}') return at + 1
    at = skipComma(text, at, '}')
  }
}

function skipArray(text: string, start: number, depthLeft: number): number {
  let at = skipSpace(text, start + 1)
  if (text[at] === ']') return at + 1
  for (;;) {
    at = skipSpace(text, skipValue(text, at, depthLeft))
    if (text[at] === ']') return at + 1
    at = skipComma(text, at, ']')
  }
}

function skipComma(text: string, at: number, closing: string): number {
  if (text[at] !== ',') throw unexpected(text, at, `"," or "${closing}" is missing`)
  const next = skipSpace(text, at + 1)
  if (text[next] === closing) throw new Fault(at, 'there is a comma too many', `Remove the comma before "${closing}"`)
  return next
}

function skipString(text: string, at: number): number {
  const whole = match(text, at, /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy)
  if (whole !== undefined) return at + whole.length
  const good = match(text, at, /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*/uy) ?? '"'
  const end = at + good.length
  if (end >= text.length) throw new Fault(at, 'a string has no end, it begins', 'Copy it again: the end of it is missing')
  const fault =
    text[end] === '\\' ? 'there is an escape that JSON does not know' : 'there is a line break or control character in a string'
  throw new Fault(end, fault, 'Write a line break as \\n and a backslash as \\\\')
}

function skipSpace(text: string, at: number): number {
  return at + (match(text, at, /[ \t\r\n]*/y) ?? '').length
}

function match(text: string, at: number, sticky: RegExp): string | undefined {
  sticky.lastIndex = at
  return sticky.exec(text)?.[0]
}

function unexpected(text: string, at: number, fault: string): Fault {
  const found = text[at]
  if (found === undefined) return new Fault(at, 'it ends too early,', 'Copy it again: the end of it is missing')
  if (found === "'") return new Fault(at, 'there is a single quote', 'JSON wants double quotes')
  if (found === '\ufeff') return new Fault(at, 'there is a byte order mark', 'Save it as UTF-8 without a byte order mark')
  return new Fault(at, fault, 'Check it with a JSON formatter that works offline')
}
