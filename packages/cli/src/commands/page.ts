import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../cliError.js'
import { defineCommand } from '../command.js'
import { writeNewFile } from '../files.js'
import { text, toggle } from '../flags.js'
import type { Io } from '../io.js'
import { findPage } from '../pageFile.js'

/** `page`: the HTML file that signs, checks and explains in a browser. */
export const page = defineCommand({
  name: 'page',
  summary: 'open the page that does all this in a browser, or write it',
  examples: [
    ['in the browser', 'pkjwt page'],
    ['a file to keep, and to open from disk', 'pkjwt page -o pkjwt.html'],
  ],
  flags: {
    output: text('Output', 'FILE', 'write it there instead of opening it; - is stdout', { short: 'o', isFile: true }),
    force: toggle('Output', 'replace the file when it exists'),
  },
  notes: ['The page is one file, and its policy forbids it the network: what is typed into it stays there.'],
  async run({ flags: { output, force }, io, talk }) {
    const html = await findPage()
    if (html === undefined) {
      throw new CliError('page_not_installed', 'Cannot give the page: it is not installed', {
        hint: 'Install it: npm install @pkjwt/page',
      })
    }
    if (output === '-') return { text: html, data: html }
    if (output !== undefined) {
      await writeNewFile(output, html, { force, mode: 0o644 })
      talk.note(`the page is in ${output}`)
      return { data: { file: output } }
    }
    const file = await keepPage(html, io)
    if (!(await openInBrowser(file))) talk.note('no browser could be started here: open the file yourself')
    return { text: file, data: { file } }
  },
})

/** The page as a file that stays: a browser reads it after this process has ended. */
async function keepPage(html: string, { env }: Io): Promise<string> {
  const folder = join(env['XDG_CACHE_HOME'] || join(env['HOME'] ?? env['USERPROFILE'] ?? '.', '.cache'), 'pkjwt')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'pkjwt.html')
  await writeFile(file, html, { mode: 0o644 })
  return file
}

const openers: Readonly<Record<string, readonly [command: string, ...words: string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** Hands a file to the system's browser. @returns whether there was anything to hand it to */
function openInBrowser(file: string): Promise<boolean> {
  const [command, ...words] = openers[process.platform] ?? ['xdg-open']
  return new Promise((resolve) => {
    const child = spawn(command, [...words, file], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
