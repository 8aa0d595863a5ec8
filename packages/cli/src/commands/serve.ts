import { parseJsonObject } from 'pkjwt/encoding'
import { CliError } from '../cliError.js'
import { type Context, defineCommand, type Outcome } from '../command.js'
import { writeEnvelope } from '../envelope.js'
import { exit } from '../exitCodes.js'
import { invalidValue, list, text, toggle, wholeNumber } from '../flags.js'
import { readInput, readInputText, systemCode } from '../input.js'
import { writeLogLine } from '../serverLog.js'

const flags = {
  port: wholeNumber('Server', 'PORT', 'the port to listen on; 8080 by default, 0 takes a free one', { min: 0, max: 65_535 }),
  host: text('Server', 'HOST', 'the address to listen on; 127.0.0.1 by default, any other needs --issuer'),
  store: text('Server', 'STORE', 'where everything is kept: a file (./pkjwt.db by default), or :memory:'),
  issuer: text('Who and where', 'URL', 'scheme, host and port that clients call; on this machine the address itself'),
  alias: list('Who and where', 'URL', 'another address under which clients call it'),
  seed: text('Input', 'FILE', 'apps, servers and users to create when they are absent', { isFile: true }),
  seedReplace: toggle('Input', 'make what is there as the seed describes it'),
  rateLimit: text('Server', 'off|okta|N/min', 'requests a minute of each address and each client; off by default'),
  tlsCert: text('Server', 'FILE', 'certificate chain as PEM: speak https', { isFile: true }),
  tlsKey: text('Server', 'FILE', 'its private key as PEM', { isFile: true }),
  printConfig: toggle('Output', 'print the settings and end'),
}

/** `serve`: the other side of the flow, on this machine. */
export const serve = defineCommand({
  name: 'serve',
  summary: 'run an authorization server on this machine',
  examples: [
    ['on http://127.0.0.1:8080, kept in ./pkjwt.db', 'pkjwt serve'],
    ['for a test, with apps from a file, on any free port', 'pkjwt serve --port 0 --store :memory: --seed seed.json'],
    ['behind a proxy', 'pkjwt serve --host 0.0.0.0 --issuer https://id.example.com'],
  ],
  flags,
  notes: [
    'It prints its URL on stdout when it is ready, and its log on stderr. It ends with Ctrl-C, after answering what it accepted.',
  ],
  async run(context) {
    const { io, json, flags: given } = context
    const settings = await readSettings(context)
    if (given.printConfig) {
      const { seed, tls, ...shown } = settings
      const data = { ...shown, seed: seed === undefined ? undefined : given.seed, tls: tls !== undefined }
      return { text: JSON.stringify(data, null, 2), data }
    }
    const { createAuthorizationServer } = await loadServer()
    const { port, host, tls, ...options } = settings
    const server = createAuthorizationServer({ ...options, onLog: (line) => io.stderr.write(writeLogLine(line)) })
    const ended = io.ended()
    try {
      const { url } = await server.listen({ port, host, tls })
      await server.ready()
      const data = { url, issuer: options.issuer ?? url, store: options.store }
      io.stdout.write(json ? writeEnvelope({ ok: true, command: 'serve', data }) : `${url}\n`)
      context.talk.note(`kept in ${options.store}; Ctrl-C ends it`)
      const signal = await ended
      return { isWritten: true, exitCode: signal === 'SIGINT' ? exit.interrupted : exit.done } satisfies Outcome
    } finally {
      await server.close()
    }
  },
})

async function readSettings({ flags: given, io }: Context<typeof flags>) {
  const { port = 8080, host = '127.0.0.1', store = './pkjwt.db', issuer, alias, seed, seedReplace, tlsCert, tlsKey } = given
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new CliError('flag_missing', 'Cannot serve https: it takes both a certificate and its key', {
      hint: 'Give --tls-cert and --tls-key',
    })
  }
  return {
    port,
    host,
    store,
    issuer,
    aliases: alias,
    seed: seed === undefined ? undefined : parseJsonObject(await readInput(seed, 'the seed', io), { what: 'the seed' }),
    seedReplace,
    rateLimit: readRateLimit(given.rateLimit),
    tls:
      tlsCert === undefined || tlsKey === undefined
        ? undefined
        : {
            cert: await readInputText(tlsCert, 'the certificate', io),
            key: await readInputText(tlsKey, 'the key of the certificate', io),
          },
  }
}

function readRateLimit(given: string | undefined): 'off' | 'okta' | number {
  if (given === undefined || given === 'off' || given === 'okta') return given ?? 'off'
  const count = /^(\d{1,7})\/min$/.exec(given)?.[1]
  if (count !== undefined && Number(count) > 0) return Number(count)
  throw invalidValue(given, '--rate-limit', 'off, okta, or a number such as 600/min')
}

async function loadServer() {
  try {
    return await import('@pkjwt/server')
  } catch (cause) {
    if (!/MODULE_NOT_FOUND/.test(systemCode(cause)) || !String(cause).includes('@pkjwt/server')) throw cause
    throw new CliError('server_not_installed', 'Cannot serve: the package "@pkjwt/server" is not installed', {
      hint: 'Run npx @pkjwt/server, or npm install @pkjwt/server',
      cause,
    })
  }
}
