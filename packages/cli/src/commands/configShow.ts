import { CliError } from '../cliError.js'
import { defineCommand } from '../command.js'
import { fillFromEnvironment } from '../environment.js'
import { connectionFlag } from '../fill.js'
import { type LayOut, writeRows } from '../format.js'
import { type Connection, readConnections, settingsFile } from '../settings.js'
import { safe } from '../talk.js'

/** A value and the place it comes from. */
interface Setting {
  readonly value: string | readonly string[]
  readonly from: string
}

/** `config show`: what is saved, and what the environment says. */
export const configShow = defineCommand({
  name: 'config show',
  summary: 'show the saved connections and what the environment says',
  examples: [
    ['everything', 'pkjwt config show'],
    ['what token and fetch would use with this connection', 'pkjwt config show --connection prod'],
  ],
  flags: connectionFlag,
  notes: [
    'Connections are kept in $XDG_CONFIG_HOME/pkjwt/config.json: { "connections": { "prod": { "org": "example.okta.com", "client-id": "0oa1", "key": "ssh-agent:me@work", "scope": ["okta.users.read"] } } }.',
    'Every flag of a command may be saved, by its name without dashes; never a key itself, only where it is. What is typed comes first, then the connection, then the environment.',
  ],
  async run({ flags: { connection: name }, io, paint }) {
    const file = settingsFile(io)
    const connections = await readConnections(io)
    const environment = readEnvironment(fillFromEnvironment(io))
    const layout = { paint, columns: io.stdout.columns }
    if (name === undefined) {
      const text = writeAll(file, connections, environment, layout)
      return { data: { file, connections: shownAll(connections), environment }, text }
    }
    const settings = { ...environment, ...settingsOf(requireConnection(connections, name, file), name) }
    return { data: { file, settings }, text: writeSettings(settings, layout) }
  },
})

function requireConnection(connections: Readonly<Record<string, Connection>>, name: string, file: string): Connection {
  const connection = Object.hasOwn(connections, name) ? connections[name] : undefined
  if (connection !== undefined) return connection
  throw new CliError('connection_unknown', `Cannot show the connection ${JSON.stringify(name)}: there is none of that name`, {
    hint: `Save it in ${file}`,
  })
}

function readEnvironment({ values, origin }: ReturnType<typeof fillFromEnvironment>): Readonly<Record<string, Setting>> {
  const names = { org: 'org', clientId: 'client-id', key: 'key', kid: 'kid', scope: 'scope' } as const
  return Object.fromEntries(
    Object.entries(names).flatMap(([flag, name]) => {
      const value = values.get(flag)
      return value === undefined ? [] : [[name, { value: oneOrAll(value), from: origin(flag) }] as const]
    }),
  )
}

function settingsOf(connection: Connection, name: string): Readonly<Record<string, Setting>> {
  const from = `connection ${JSON.stringify(name)}`
  return Object.fromEntries(Object.entries(connection).map(([flag, value]) => [flag, { value: oneOrAll(value), from }]))
}

function shownAll(connections: Readonly<Record<string, Connection>>): unknown {
  return Object.fromEntries(
    Object.entries(connections).map(([name, connection]) => [
      name,
      Object.fromEntries(Object.entries(connection).map(([flag, value]) => [flag, oneOrAll(value)])),
    ]),
  )
}

function oneOrAll(values: readonly string[]): string | readonly string[] {
  const [only, ...others] = values
  return only !== undefined && others.length === 0 ? only : values
}

function writeAll(
  file: string,
  connections: Readonly<Record<string, Connection>>,
  environment: Readonly<Record<string, Setting>>,
  layout: LayOut,
): string {
  const { paint } = layout
  const saved = Object.entries(connections).map(
    ([name, connection]) => `${paint.bold(safe(name))}\n${writeSettings(settingsOf(connection, name), layout)}\n`,
  )
  const nothing = Object.keys(connections).length === 0 ? `No connection is saved in ${safe(file)}\n` : ''
  const rest = Object.keys(environment).length === 0 ? '' : `${paint.bold('Environment')}\n${writeSettings(environment, layout)}`
  return `${nothing}${saved.join('')}${rest}`
}

function writeSettings(settings: Readonly<Record<string, Setting>>, layout: LayOut): string {
  const rows = Object.entries(settings).map(([name, { value, from }]) => {
    const text = typeof value === 'string' ? value : value.join(' ')
    return [safe(name), `${safe(text)}  ${layout.paint.dim(`(${safe(from)})`)}`] as const
  })
  return writeRows(rows, layout)
}
