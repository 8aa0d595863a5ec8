import { parseJsonObject } from 'pkjwt/encoding'
import { CliError } from './cliError.js'
import { findText } from './files.js'
import type { Filling } from './fill.js'
import { type FlagTable, looksLikeKeyMaterial, typedName } from './flags.js'
import type { Io } from './io.js'

/** Where settings are kept. */
export function settingsFile({ env }: Io): string {
  const base = env['XDG_CONFIG_HOME'] || `${env['HOME'] ?? env['USERPROFILE'] ?? '.'}/.config`
  return `${base}/pkjwt/config.json`
}

/** The settings of one connection, by the names of flags without their dashes. */
export type Connection = Readonly<Record<string, readonly string[]>>

/**
 * Reads the saved connections by name; without a file there are none.
 * @throws {CliError} `settings_invalid` with the place of the fault
 */
export async function readConnections(io: Io): Promise<Readonly<Record<string, Connection>>> {
  const file = settingsFile(io)
  const content = await findText(file)
  if (content === undefined) return {}
  const settings = parseSettings(content, file)
  const unknown = Object.keys(settings).find((name) => name !== 'connections')
  if (unknown !== undefined) throw invalidSettings(file, `there is no setting ${JSON.stringify(unknown)}`)
  const connections = settings['connections'] ?? {}
  if (!isRecord(connections)) throw invalidSettings(file, '"connections" is not an object')
  return Object.fromEntries(
    Object.entries(connections).map(([name, value]) => [name, readOne(value, `connections.${name}`, file)]),
  )
}

function parseSettings(content: string, file: string): Record<string, unknown> {
  try {
    return parseJsonObject(content, { what: 'it' })
  } catch (cause) {
    throw invalidSettings(file, cause instanceof Error ? cause.message.replace('Cannot read it: ', '') : 'it is no JSON')
  }
}

function readOne(value: unknown, path: string, file: string): Connection {
  if (!isRecord(value)) throw invalidSettings(file, `${path} is not an object`)
  const settings = Object.entries(value).map(([name, each]) => {
    const values = Array.isArray(each) ? each : [each]
    const texts = values.filter((one) => ['string', 'number', 'boolean'].includes(typeof one)).map(String)
    if (texts.length < values.length) throw invalidSettings(file, `${path}.${name} is neither a text nor a list of texts`)
    if (texts.some(looksLikeKeyMaterial)) throw invalidSettings(file, `${path}.${name} holds key material`, hintReference)
    return [name.replaceAll('_', '-'), texts.filter((one) => one !== 'false')] as const
  })
  return Object.fromEntries(settings.filter(([, texts]) => texts.length > 0))
}

const hintReference = 'Write where the key is: a file, env:NAME, or ssh-agent:COMMENT'

/** Fills flags from a saved connection. */
export async function fillFromConnection(name: string, table: FlagTable, io: Io): Promise<Filling> {
  const connections = await readConnections(io)
  const connection = Object.hasOwn(connections, name) ? connections[name] : undefined
  if (connection === undefined) throw unknownConnection(name, Object.keys(connections), settingsFile(io))
  const flags = new Map(Object.keys(table).map((flag) => [typedName(flag).slice(2), flag]))
  const values = Object.entries(connection).map(([setting, value]) => [flags.get(setting) ?? setting, value] as const)
  return { values: new Map(values), origin: () => `connection ${JSON.stringify(name)}` }
}

function unknownConnection(name: string, names: readonly string[], file: string): CliError {
  return new CliError('connection_unknown', `Cannot use the connection ${JSON.stringify(name)}: there is none of that name`, {
    hint: names.length === 0 ? `Save connections in ${file}` : `Use one of ${names.join(', ')}, from ${file}`,
  })
}

function invalidSettings(
  file: string,
  state: string,
  hint = 'Mend the file: { "connections": { "NAME": { "org": …, "client-id": …, "key": … } } }',
): CliError {
  return new CliError('settings_invalid', `Cannot use the settings in ${file}: ${state}`, { hint })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
