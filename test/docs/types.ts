import { join } from 'node:path'
import ts from 'typescript'
import { type Block, type Page, root } from './page.js'

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: ['node'],
  allowJs: true,
  checkJs: true,
  noEmit: true,
  strict: true,
  // A page that shows JavaScript does not annotate its parameters.
  noImplicitAny: false,
  useUnknownInCatchVariables: false,
  skipLibCheck: true,
}

/** Packages of others that pages show and nobody installs here: what comes from them is of any type. */
const notInstalled = ['@aws-sdk/client-kms', '@google-cloud/kms', '@azure/identity', '@azure/keyvault-keys']

/** Checks the programs of pages against the types as they are built, and gives a line for each error. */
export function findTypeErrors(pages: readonly Page[]): readonly string[] {
  const programs = new Map(pages.flatMap(programsOf))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile } = host
  host.fileExists = (name) => programs.has(name) || fileExists(name)
  // The folders of these programs are not there either.
  host.directoryExists = () => true
  host.readFile = (name) => programs.get(name) ?? readFile(name)
  host.getSourceFile = (name, version) => {
    const text = host.readFile(name)
    return text === undefined ? undefined : ts.createSourceFile(name, text, version)
  }
  const found = ts.getPreEmitDiagnostics(ts.createProgram([...programs.keys()], options, host)).map(describeError)
  return found.filter((error) => !notInstalled.some((name) => error.includes(`Cannot find module '${name}'`)))
}

/** The programs of a page, by names of files that are not there, in a folder from which the packages are found. */
function programsOf({ path, blocks }: Page): readonly (readonly [name: string, text: string])[] {
  let before = ''
  return blocks.flatMap((block): (readonly [string, string])[] => {
    if (!['js', 'ts'].includes(block.language) || block.isFragment) return []
    const text = `${block.isContinued ? before : ''}${lines(block, block.isContinued ? before : '')}`
    before = text
    // A file is known to others under its own name.
    const name = block.file ?? `line-${block.line}.${block.language === 'ts' ? 'mts' : 'mjs'}`
    return [[join(root, 'node_modules/.docs', path, name), text]]
  })
}

/** The code, on the lines on which it stands in its page. */
function lines({ line, code }: Block, before: string): string {
  return '\n'.repeat(Math.max(0, line - before.split('\n').length)) + code
}

function describeError({ file, start = 0, messageText }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, ' ')
  if (file === undefined) return message
  const page = /node_modules\/\.docs\/(.*)\/[^/]+$/.exec(file.fileName)?.[1] ?? file.fileName
  return `${page}:${file.getLineAndCharacterOfPosition(start).line + 1}: ${message}`
}
