/** A cell of a table: one line, in which nothing ends the cell. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim()
}

/** A table. Without a row there is none. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Paragraphs, of which some may be empty. */
export function section(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}

/** A page of its sections. */
export function page(...parts: readonly string[]): string {
  return `${section(...parts)}\n`
}

/** The first lines of a page that nobody writes by hand. */
export function heading(title: string, sentence: string): string {
  return `# ${title}\n\n${sentence}\n\nThis page is generated from the code; do not edit it by hand (\`npx vitest run test/reference -u\` writes it again).`
}

/** Code, as it is written. */
export function code(text: string): string {
  return `\`${text}\``
}

/** Several, with commas between. */
export function codes(texts: readonly string[]): string {
  return texts.map(code).join(', ')
}
