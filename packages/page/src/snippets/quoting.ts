/** A word for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** A string literal of JavaScript, Java and Python: the escapes of JSON mean the same in all three. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A value in single quotes, for JavaScript and Python. */
export function singleQuoted(text: string): string {
  return `'${stringLiteral(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
