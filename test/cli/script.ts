import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle, type Called, command, makeFolder, pkjwt, type RunningServer, startServer } from './world.js'

/** One case of a script: what it is about, and its lines. */
export interface ScriptCase {
  readonly title: string
  readonly lines: readonly string[]
}

/** A script: lines that prepare a folder for each case, and the cases. */
export interface Script {
  readonly setup: readonly string[]
  readonly cases: readonly ScriptCase[]
}

/**
 * Reads a script. What stands before the first `#` line prepares the folder that each case gets for itself.
 *
 * - `pkjwt …` runs the command line and expects exit code 0; `! pkjwt …` expects another
 * - `exit N`, `stdout REGEX`, `stderr REGEX`, `! stdout REGEX`, `! stderr REGEX` look at the last call
 * - `json PATH VALUE` looks into the envelope on stdout; `json PATH` only asks that it is there; `! json PATH` that it is not
 * - `openssl …`, `sh 'COMMAND'` run other programs
 * - `seed FILE CLIENTID SCOPE…` writes a seed with the JWK on the last stdout; `serve …` runs a server, which `$ORG` names from then on
 * - `stdin TEXT` and `env NAME=VALUE` are for the calls that follow; `stdin <FILE` gives a file, `stdin <<` the last stdout
 * - `write FILE TEXT`, `save FILE` (the last stdout), `mode FILE 600`, `exists FILE`, `! exists FILE`
 */
export function readScript(text: string): Script {
  const setup: string[] = []
  const cases: { title: string; lines: string[] }[] = []
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line.startsWith('# ')) cases.push({ title: line.slice(2), lines: [] })
    else if (line !== '') (cases.at(-1)?.lines ?? setup).push(line)
  }
  return { setup, cases }
}

interface Stage {
  readonly folder: string
  last: Called
  stdin: string
  readonly env: Record<string, string>
  server: RunningServer | undefined
}

/** Runs the lines of one case in a folder of their own. It throws at the first one that does not hold. */
export async function runCase({ setup }: Pick<Script, 'setup'>, { lines }: ScriptCase): Promise<void> {
  await using folder = await makeFolder()
  const stage: Stage = { folder: folder.path, last: { code: 0, stdout: '', stderr: '' }, stdin: '', env: {}, server: undefined }
  try {
    for (const line of [...setup, ...lines]) await explained(line, stage)
  } finally {
    await stage.server?.stop()
  }
}

async function explained(line: string, stage: Stage): Promise<void> {
  try {
    await runLine(line, stage)
  } catch (error) {
    const { code, stdout, stderr } = stage.last
    const state = `exit ${code}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`
    throw new Error(`${line}\n${error instanceof Error ? error.message : String(error)}\n${state}`, { cause: error })
  }
}

async function runLine(line: string, stage: Stage): Promise<void> {
  const isRefuted = line.startsWith('! ')
  const [verb = '', ...words] = splitWords((isRefuted ? line.slice(2) : line).replaceAll('$ORG', stage.server?.url ?? '$ORG'))
  const check = checks[verb]
  if (check !== undefined) {
    const holds = await check(words, stage)
    if (holds === isRefuted) throw new Error(isRefuted ? 'it does hold' : 'it does not hold')
    return
  }
  const step = steps[verb]
  if (step === undefined) throw new Error(`there is no verb ${verb}`)
  await step(words, stage, isRefuted)
}

type Step = (words: readonly string[], stage: Stage, fails: boolean) => Promise<void>
type Check = (words: readonly string[], stage: Stage) => Promise<boolean> | boolean

const steps: Readonly<Record<string, Step>> = {
  async pkjwt(words, stage, fails) {
    const { folder: cwd, env, stdin } = stage
    stage.last = await pkjwt(words, { cwd, env, stdin })
    stage.stdin = ''
    if ((stage.last.code !== 0) !== fails) throw new Error(`the exit code is ${stage.last.code}`)
    // What no call may ever print.
    if (/\n\s+at .+:\d+:\d+/.test(stage.last.stderr)) throw new Error('there is a stack on stderr')
  },
  async openssl(words, { folder }) {
    await command('openssl', words, folder)
  },
  async seed([file = '', client_id = '', ...grants], { folder, last }) {
    const jwk: unknown = JSON.parse(last.stdout)
    const apps = [{ client_id, client_name: client_id, jwks: { keys: [jwk] }, grants, roles: ['READ_ONLY_ADMIN'] }]
    const users = [{ id: '00u1', profile: { login: 'ada@example.com' } }]
    await writeFile(join(folder, file), JSON.stringify({ apps, users }))
  },
  async serve(words, stage) {
    const store = words.includes('--store') ? [] : ['--store', ':memory:']
    stage.server = await startServer([...store, ...words], stage.folder)
  },
  async sh([script = ''], { folder }) {
    await command('sh', ['-c', script.replaceAll('$PKJWT', bundle)], folder)
  },
  async stdin([text = ''], stage) {
    if (text === '<<') stage.stdin = stage.last.stdout
    else if (text.startsWith('<')) stage.stdin = await readFile(join(stage.folder, text.slice(1)), 'utf8')
    else stage.stdin = text
  },
  async env([pair = ''], { env }) {
    const [name = '', ...value] = pair.split('=')
    env[name] = value.join('=')
  },
  write: ([file = '', text = ''], { folder }) => writeFile(join(folder, file), text),
  save: ([file = ''], { folder, last }) => writeFile(join(folder, file), last.stdout),
}

const checks: Readonly<Record<string, Check>> = {
  exit: ([code], { last }) => last.code === Number(code),
  stdout: ([pattern = ''], { last }) => new RegExp(pattern, 'm').test(last.stdout),
  stderr: ([pattern = ''], { last }) => new RegExp(pattern, 'm').test(last.stderr),
  json([path = '', value], { last }) {
    const found = path.split('.').reduce<unknown>((object, name) => memberOf(object, name), JSON.parse(last.stdout))
    return value === undefined ? found !== undefined : String(found) === value
  },
  exists: async ([file = ''], { folder }) => (await modeOf(join(folder, file))) !== undefined,
  mode: async ([file = '', mode], { folder }) => (await modeOf(join(folder, file)))?.toString(8) === mode,
}

function memberOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Object.entries(object).find(([key]) => key === name)?.[1] : undefined
}

async function modeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mode & 0o777
  } catch {
    return undefined
  }
}

/** Splits a line at spaces; quotes hold a word together. */
function splitWords(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? '')
}
