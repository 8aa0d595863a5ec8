import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import type { Stage } from './exampleStage.js'
import { type Exported, entries } from './exported.js'

/** An example of a doc comment. */
export interface Example {
  /** `createAssertion of pkjwt/protocol`. */
  readonly title: string
  readonly code: string
  /** Where the compiler finds it, as a program of its own. */
  readonly path: string
  /** The program: what it imports, what the stage has, and the example. */
  readonly program: string
  /** Names that it takes from what can be imported, and from where. */
  readonly imports: ReadonlyMap<string, string>
  readonly staged: readonly (keyof Stage)[]
}

const folder = fileURLToPath(new URL('./', import.meta.url))

const stageNames: Readonly<Record<keyof Stage, true>> = {
  assert: true,
  readFile: true,
  org: true,
  tokenEndpoint: true,
  clientId: true,
  scopes: true,
  key: true,
  keys: true,
  jwk: true,
  assertion: true,
  client: true,
  server: true,
}

/** Each example once, of whatever can be imported. */
export function listExamples(all: readonly Exported[]): readonly Example[] {
  const places = placesOf(all.filter(({ kind }) => kind !== 'type'))
  const typePlaces = placesOf(all.filter(({ kind }) => kind === 'type'))
  const distinct = new Map(all.map((each) => [`${each.file} ${each.name}`, each]))
  return [...distinct.values()].flatMap(({ name, entry, examples }) =>
    examples.map((code, index) => {
      const used = namesIn(code)
      const imports = importsOf(used, places)
      const types = importsOf(used, typePlaces)
      const staged = (Object.keys(stageNames) as (keyof Stage)[]).filter((each) => used.has(each))
      const path = `${folder}example-${entry.replace(/\W+/g, '-')}-${name}-${index}.ts`
      return {
        title: `${name} of ${entry}`,
        code,
        path,
        program: writeProgram(code, { imports, types, staged }),
        imports,
        staged,
      }
    }),
  )
}

/** Where each name is had from first. */
function placesOf(some: readonly Exported[]): ReadonlyMap<string, string> {
  return new Map([...some].reverse().map(({ name, entry }) => [name, entry]))
}

function importsOf(used: ReadonlySet<string>, places: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...places].filter(([name]) => used.has(name)))
}

interface Surroundings extends Pick<Example, 'imports' | 'staged'> {
  readonly types: ReadonlyMap<string, string>
}

function writeProgram(code: string, { imports, types, staged }: Surroundings): string {
  return [
    "import type { Stage } from './exampleStage.js'",
    ...[...imports].map(([name, entry]) => `import { ${name} } from '${entry}'`),
    ...[...types].map(([name, entry]) => `import type { ${name} } from '${entry}'`),
    ...staged.map((name) => `declare const ${name}: Stage['${name}']`),
    code,
    'export {}',
    '',
  ].join('\n')
}

/** The names that a program uses and does not declare. */
function namesIn(code: string): ReadonlySet<string> {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ESNext, true)
  const used = new Set<string>()
  const declared = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node
      const isDeclared =
        (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent) || ts.isParameter(parent)) && parent.name === node
      const isMember =
        (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        (ts.isPropertyAssignment(parent) && parent.name === node) ||
        (ts.isBindingElement(parent) && parent.propertyName === node) ||
        (ts.isMethodDeclaration(parent) && parent.name === node)
      if (isDeclared) declared.add(node.text)
      else if (!isMember) used.add(node.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return new Set([...used].filter((name) => !declared.has(name)))
}

/** Runs an example on its stage. */
export async function runExample({ code, imports, staged }: Example, stage: Stage): Promise<void> {
  const modules = await Promise.all([...new Set(imports.values())].map(async (entry) => [entry, await load(entry)] as const))
  const from = new Map(modules)
  const values = [...imports].map(([name, entry]) => from.get(entry)?.[name])
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  })
  const AsyncFunction = (async () => undefined).constructor as new (...words: string[]) => (...values: unknown[]) => Promise<void>
  const run = new AsyncFunction(...imports.keys(), ...staged, outputText.replace(/^export \{\};?$/m, ''))
  await run(...values, ...staged.map((name) => stage[name]))
}

async function load(entry: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(/* @vite-ignore */ `../../${entries[entry]}`)) as Readonly<Record<string, unknown>>
}
