import { readFile } from 'node:fs/promises'
import { isServerRule, oktaTexts } from 'pkjwt/profiles'
import { type RuleId, reasons } from 'pkjwt/rules'
import { expect, it } from 'vitest'

it('docs/how-to/why-invalid-client.md lists every text of invalid_client with its causes', async () => {
  const page = await readFile(new URL('../../docs/how-to/why-invalid-client.md', import.meta.url), 'utf8')
  expect(page.split('\n').filter((line) => line.startsWith('| "'))).toEqual(rows())
})

/** A row for each text that Okta has: the text, and what it usually means. */
function rows(): readonly string[] {
  const ids = (Object.keys(reasons) as RuleId[]).filter(isServerRule).filter((id) => oktaTexts[id].error === 'invalid_client')
  const texts = [...new Set(ids.map((id) => oktaTexts[id].error_description))]
  return texts.map((text) => {
    const causes = ids.filter((id) => oktaTexts[id].error_description === text)
    const links = causes.map((id) => `[${reasons[id].title}](../rules.md#${id}): ${lowerFirst(reasons[id].usual)}`)
    return `| "${text}" | ${links.join('<br>')} |`
  })
}

function lowerFirst(text: string): string {
  const end = text.replace(/\.$/, '')
  return /^[A-Z](?![A-Z])/.test(end) ? end.charAt(0).toLowerCase() + end.slice(1) : end
}
