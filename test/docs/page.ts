import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the project. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A fenced block of a page. docs/writing.md tells what the words behind its language mean. */
export interface Block {
  /** Of the page, from the root of the project. */
  readonly page: string
  /** Of its first line of code. */
  readonly line: number
  readonly language: string
  readonly code: string
  /** `file=NAME`: the reader saves it under this name. */
  readonly file: string | undefined
  /** `exit=N`: what a shell block ends with. */
  readonly exit: number
  /** `continued`: it goes on where the block of the same language before it ended. */
  readonly isContinued: boolean
  /** `illustration`: a picture in letters, or what a program might say. */
  readonly isIllustration: boolean
  /** `fragment`: lines of a source file of this project. */
  readonly isFragment: boolean
  /** `checked: REASON`: it is looked at and not run. */
  readonly checkedBecause: string | undefined
}

/** A page with its blocks. */
export interface Page {
  readonly path: string
  readonly text: string
  /** `<!-- stage: … -->`: what the reader has when the page begins. */
  readonly stage: readonly string[]
  readonly blocks: readonly Block[]
}

/** The pages whose blocks are run: the README and everything in docs/. */
export function readPages(): readonly Page[] {
  const inDocs = readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .map((path) => `docs/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !path.includes('/.vitepress/'))
  const ofPackages = readdirSync(`${root}packages`).map((name) => `packages/${name}/README.md`)
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...ofPackages, ...inDocs.sort()]
  return pages.filter((path) => existsSync(root + path)).map((path) => readPage(path, readFileSync(root + path, 'utf8')))
}

/** Reads the text of a page. */
export function readPage(path: string, text: string): Page {
  const [, stage = ''] = /<!-- stage: (.*?) -->/.exec(text) ?? []
  // A page that is generated is compared as a whole with what it is generated from.
  const isGenerated = text.includes('This page is generated')
  const blocks = readBlocks(path, text).map((block) => (isGenerated ? { ...block, isIllustration: true } : block))
  return { path, text, stage: stage.split(/\s+/).filter((word) => word !== ''), blocks }
}

function readBlocks(page: string, text: string): Block[] {
  const fences = /^( *)(`{3,})([^\n`]*)\n([\s\S]*?)^ *\2 *$/gm
  return [...text.matchAll(fences)].map(({ index, 1: indent = '', 3: info = '', 4: body = '' }) => {
    const line = text.slice(0, index).split('\n').length + 1
    return { page, line, code: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''), ...readInfo(info.trim(), `${page}:${line}`) }
  })
}

function readInfo(info: string, place: string): Omit<Block, 'page' | 'line' | 'code'> {
  const [written = '', ...reason] = info.split(/ checked: /)
  const [language = '', ...words] = written.split(/\s+/)
  const readWord = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
  const unknown = words.find((word) => !/^(?:file=\S+|exit=\d+|continued|illustration|fragment)$/.test(word))
  if (unknown !== undefined) throw new Error(`${place}: docs/writing.md knows no "${unknown}" behind a language`)
  return {
    language,
    file: readWord('file'),
    exit: Number(readWord('exit') ?? 0),
    isContinued: words.includes('continued'),
    isIllustration: words.includes('illustration'),
    isFragment: words.includes('fragment'),
    checkedBecause: reason[0],
  }
}
