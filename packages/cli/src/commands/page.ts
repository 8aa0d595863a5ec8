import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { CliError } from '../cliError.js'
import { defineCommand } from '../command.js'
import { writeNewFile } from '../files.js'
import { text, toggle } from '../flags.js'

/** `page`: the HTML file that signs, checks and explains in a browser. */
export const page = defineCommand({
  name: 'page',
  summary: 'write the page that does all this in a browser',
  examples: [['a file to open from disk', 'pkjwt page -o pkjwt.html']],
  flags: {
    output: text('Output', 'FILE', 'where it goes; stdout by default', { short: 'o', isFile: true }),
    force: toggle('Output', 'replace the file when it exists'),
  },
  notes: ['The page is one file, and its policy forbids it the network: what is typed into it stays there.'],
  async run({ flags: { output, force }, talk }) {
    const html = await readPage()
    if (output === undefined || output === '-') return { text: html, data: html }
    await writeNewFile(output, html, { force, mode: 0o644 })
    talk.note(`the page is in ${output}`)
    return {}
  },
})

async function readPage(): Promise<string> {
  try {
    return await readFile(createRequire(import.meta.url).resolve('@pkjwt/page/pkjwt.html'), 'utf8')
  } catch (cause) {
    throw new CliError('page_not_installed', 'Cannot write the page: the package "@pkjwt/page" is not installed', {
      hint: 'Install it: npm install @pkjwt/page',
      cause,
    })
  }
}
