import { readFile } from 'node:fs/promises'
import { isServerRule, oktaTexts } from 'pkjwt/profiles'
import { type RuleId, reasons } from 'pkjwt/rules'
import { expect, it } from 'vitest'

const file = '../../docs/how-to/why-invalid-client.md'

// The rows are written again by: npx vitest run test/docs -u
it('docs/how-to/why-invalid-client.md lists every text of invalid_client with its causes', async () => {
  const page = await readFile(new URL(file, import.meta.url), 'utf8')
  const head = page.slice(0, page.indexOf('| --- | --- |\n') + '| --- | --- |\n'.length)
  await expect(`${head}${rows().join('\n')}\n`).toMatchFileSnapshot(file)
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
