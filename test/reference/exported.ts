import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../', import.meta.url))

const rooms = ['errors', 'keys', 'jwt', 'protocol', 'client', 'node', 'profiles', 'rules', 'containers', 'encoding'] as const

/** What can be imported, and the file that says what is in it. */
export const entries: Readonly<Record<string, string>> = {
  pkjwt: 'packages/pkjwt/src/index.ts',
  ...Object.fromEntries(
    rooms.map((room) => [
      `pkjwt/${room}`,
      room === 'errors' ? 'packages/pkjwt/src/errors.ts' : `packages/pkjwt/src/${room}/index.ts`,
    ]),
  ),
  '@pkjwt/server': 'packages/server/src/index.ts',
  '@pkjwt/server/testing': 'packages/server/src/testing.ts',
}

/** One thing that can be imported. */
export interface Exported {
  readonly entry: string
  readonly name: string
  readonly kind: 'function' | 'class' | 'constant' | 'type'
  /** As TypeScript writes it. */
  readonly signature: string
  /** The doc comment without its tags. */
  readonly text: string
  readonly parameters: readonly Member[]
  readonly returns: string
  readonly throws: readonly string[]
  readonly examples: readonly string[]
  /** The members of an interface, or of a class. */
  readonly members: readonly Member[]
  /** The file that it is written in. */
  readonly file: string
}

export interface Member {
  readonly name: string
  readonly type: string
  readonly isOptional: boolean
  readonly text: string
}

/** The program of everything that is published, with further files beside it. */
export function createProgram(virtual: ReadonlyMap<string, string> = new Map()): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${root}tsconfig.json`,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} },
  )
  const options: ts.CompilerOptions = { ...config?.options, incremental: false, noUnusedLocals: false }
  delete options.tsBuildInfoFile
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (path) => virtual.has(path) || fileExists(path)
  host.readFile = (path) => virtual.get(path) ?? readFile(path)
  host.getSourceFile = (path, ...rest) => {
    const text = virtual.get(path)
    return text === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, text, ts.ScriptTarget.ESNext)
  }
  const files = Object.values(entries).map((path) => `${root}${path}`)
  return ts.createProgram([...files, ...virtual.keys()], options, host)
}

/** Everything that can be imported, by what it is imported from. */
export function listExported(program: ts.Program): readonly Exported[] {
  const checker = program.getTypeChecker()
  return Object.entries(entries).flatMap(([entry, path]) => {
    const file = program.getSourceFile(`${root}${path}`)
    const module = file && checker.getSymbolAtLocation(file)
    if (module === undefined) throw new Error(`Cannot find ${path}`)
    return checker
      .getExportsOfModule(module)
      .map((symbol) => describe(entry, symbol, checker))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  })
}

function describe(entry: string, exported: ts.Symbol, checker: ts.TypeChecker): Exported {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0]
  if (declaration === undefined) throw new Error(`Cannot find where ${exported.name} is written`)
  const kind = kindOf(symbol, declaration)
  const tags = symbol.getJsDocTags(checker)
  const tag = (name: string) => tags.filter((each) => each.name === name).map(({ text }) => ts.displayPartsToString(text))
  const signatures = kind === 'function' ? checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures() : []
  const [first] = signatures
  return {
    entry,
    name: exported.name,
    kind,
    signature:
      signatures.length === 0
        ? writeDeclaration(symbol, declaration, checker)
        : signatures.map((each) => writeSignature(exported.name, each, checker)).join('\n'),
    text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    parameters: (first?.parameters ?? []).map((parameter) => member(parameter, declaration, checker)),
    returns: tag('returns')[0] ?? '',
    throws: tag('throws').map((text) => text.replace(/^\{(\w+)\}\s*/, '`$1` ').trim()),
    examples: tag('example'),
    members: kind === 'type' || kind === 'class' ? membersOf(symbol, declaration, checker) : [],
    file: declaration.getSourceFile().fileName.slice(root.length),
  }
}

function kindOf(symbol: ts.Symbol, declaration: ts.Declaration): Exported['kind'] {
  if (symbol.flags & ts.SymbolFlags.Class) return 'class'
  if (symbol.flags & ts.SymbolFlags.Function) return 'function'
  if (!(symbol.flags & ts.SymbolFlags.Variable)) return 'type'
  const isArrow =
    ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && ts.isArrowFunction(declaration.initializer)
  return isArrow ? 'function' : 'constant'
}

const format = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope

function writeSignature(name: string, signature: ts.Signature, checker: ts.TypeChecker): string {
  return `function ${name}${checker.signatureToString(signature, undefined, format)}`
}

/** A declaration in its own words, without its comments; of an interface or a class only the head: its members stand in a table. */
function writeDeclaration(symbol: ts.Symbol, declaration: ts.Declaration, checker: ts.TypeChecker): string {
  if (ts.isVariableDeclaration(declaration)) {
    const type = checker.typeToString(checker.getTypeOfSymbolAtLocation(symbol, declaration), undefined, format)
    return `const ${symbol.name}: ${type.length > 300 ? `${type.slice(0, 299)}…` : type}`
  }
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) {
    const heritage = declaration.heritageClauses?.map((clause) => ` ${clause.getText()}`).join('') ?? ''
    const type =
      declaration.typeParameters === undefined ? '' : `<${declaration.typeParameters.map((each) => each.getText()).join(', ')}>`
    return `${ts.isClassDeclaration(declaration) ? 'class' : 'interface'} ${symbol.name}${type}${heritage}`
  }
  const text = declaration
    .getText()
    .replace(/\/\*\*[\s\S]*?\*\/\s*/g, '')
    .replace(/^export /, '')
  return text.replace(/\n\s*/g, '\n  ')
}

function membersOf(symbol: ts.Symbol, declaration: ts.Declaration, checker: ts.TypeChecker): readonly Member[] {
  if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return []
  return checker
    .getDeclaredTypeOfSymbol(symbol)
    .getProperties()
    .filter((property) => isOurs(property))
    .map((property) => member(property, declaration, checker))
}

/** Not a member of what the language itself declares, such as `stack`. */
function isOurs(property: ts.Symbol): boolean {
  const file = property.declarations?.[0]?.getSourceFile().fileName ?? ''
  return file.startsWith(`${root}packages/`) && !property.name.startsWith('__')
}

function member(symbol: ts.Symbol, place: ts.Node, checker: ts.TypeChecker): Member {
  const declaration = symbol.valueDeclaration
  const type = checker.getTypeOfSymbolAtLocation(symbol, place)
  const isOptional =
    Boolean(symbol.flags & ts.SymbolFlags.Optional) ||
    (declaration !== undefined &&
      ts.isParameter(declaration) &&
      (declaration.initializer ?? declaration.questionToken) !== undefined)
  const written = checker.typeToString(type, undefined, format).replace(/ \| undefined$/, '')
  return {
    name: symbol.name,
    type: written.length > 200 ? `${written.slice(0, 199)}…` : written,
    isOptional,
    text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
  }
}
