import type { Finding } from 'pkjwt/errors'

/** A finding as it is kept for review: a member a line, without its refusal, which the profile decides. */
export function told(title: string, finding: Finding | undefined): string {
  const { id: _, severity: __, refusal: ___, ...rest } = finding ?? {}
  const lines = Object.entries(rest).map(
    ([name, value]) => `  ${name.padEnd(8)} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [title, ...lines, ''].join('\n')
}
