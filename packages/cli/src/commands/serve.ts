import { parseJsonObject } from 'pkjwt/encoding'
import { readAdminToken } from '../adminToken.js'
import { CliError } from '../cliError.js'
import { type Context, defineCommand, type Outcome } from '../command.js'
import { writeEnvelope } from '../envelope.js'
import { fillFromOwnVariables } from '../environment.js'
import { exit } from '../exitCodes.js'
import { connectionFlag } from '../fill.js'
import { choice, invalidValue, list, text, toggle, wholeNumber } from '../flags.js'
import { readInput, readInputText } from '../input.js'
import type { EndSignal } from '../io.js'
import { loadServer } from '../loadServer.js'
import { findPage } from '../pageFile.js'
import { readPassphrase } from '../passphrase.js'
import { writeLogLine } from '../serverLog.js'
import { readStore, withoutPassword } from '../storeName.js'

const flags = {
  ...connectionFlag,
  port: wholeNumber('Server', 'PORT', 'the port to listen on; 8080 by default, 0 takes a free one', { min: 0, max: 65_535 }),
  host: text('Server', 'HOST', 'the address to listen on; 127.0.0.1 by default, any other needs --issuer'),
  store: text(
    'Server',
    'STORE',
    'where everything is kept: a file (./pkjwt.db by default), postgres://…, env:NAME of one, or :memory:',
  ),
  issuer: text('Who and where', 'URL', 'scheme, host and port that clients call; on this machine the address itself'),
  alias: list('Who and where', 'URL', 'another address under which clients call it'),
  seed: text('Input', 'FILE', 'apps, servers and users to create when they are absent', { isFile: true }),
  seedReplace: toggle('Input', 'make what is there as the seed describes it'),
  rateLimit: text('Server', 'off|okta|N/min', 'requests a minute of each address and each client; off by default'),
  tlsCert: text('Server', 'FILE', 'certificate chain as PEM: speak https', { isFile: true }),
  tlsKey: text('Server', 'FILE', 'its private key as PEM', { isFile: true }),
  workers: wholeNumber('Server', 'N', 'processes that share the port, one for each core; 1 by default', { min: 1, max: 64 }),
  signingAlg: choice('Server', ['RS256', 'ES256', 'EdDSA'], 'what access tokens are signed with; RS256 by default, as Okta does'),
  signingPassphraseFile: text('Server', 'FILE', 'encrypts the keys of the server in its store: a file, -, env:NAME or fd:N', {
    isFile: true,
  }),
  adminToken: text('Server', 'REF', 'opens the management API to whoever sends it as SSWS: env:NAME, a file, - or fd:N', {
    isFile: true,
  }),
  publicClientAppAdmins: toggle('Server', 'who is granted a scope becomes a Super Admin, as an Okta organisation can be set'),
  control: toggle('Server', 'open /_control to callers on this machine: faults and a ledger of requests, for tests'),
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
    'The certificate is read at the start: start again when there is a new one. What was accepted is answered first.',
    'Every flag can also stand in a saved connection, or in the environment as PKJWT_ and its name: PKJWT_STORE, PKJWT_RATE_LIMIT.',
  ],
  fill: (io) => fillFromOwnVariables(flags, io),
  async run(context) {
    const { io, flags: given } = context
    const settings = await readSettings(context)
    if (given.printConfig) {
      const { seed, tls, signingPassphrase, adminToken, ...shown } = settings
      const data = {
        ...shown,
        store: withoutPassword(settings.store),
        seed: seed === undefined ? undefined : given.seed,
        tls: tls !== undefined,
        signingPassphrase: signingPassphrase === undefined ? undefined : given.signingPassphraseFile,
        adminToken: adminToken === undefined ? undefined : given.adminToken,
      }
      return { text: JSON.stringify(data, null, 2), data }
    }
    const { isWorker, reportReady, startWorkers, watchWorkers } = await import('../workers.js')
    if ((given.workers ?? 1) > 1 && !isWorker()) return superviseWorkers(context, settings, startWorkers)
    const { createAuthorizationServer } = await loadServer()
    const { port, host, tls, ...options } = settings
    const server = createAuthorizationServer({
      ...options,
      page: await findPage(),
      workers: isWorker() ? watchWorkers() : undefined,
      onLog: (line) => io.stderr.write(writeLogLine(line)),
    })
    const ended = io.ended()
    try {
      const { url } = await server.listen({ port, host, tls })
      await server.ready()
      if (isWorker()) reportReady(url)
      else announce(context, settings, url)
      return outcomeOf(await ended)
    } finally {
      await server.close()
    }
  },
})

type Settings = Awaited<ReturnType<typeof readSettings>>

function announce({ io, json, talk }: Context<typeof flags>, { issuer, store }: Settings, url: string): void {
  const where = withoutPassword(store)
  const data = { url, issuer: issuer ?? url, store: where }
  io.stdout.write(json ? writeEnvelope({ ok: true, command: 'serve', data }) : `${url}\n`)
  talk.note(`kept in ${where}; Ctrl-C ends it`)
}

function outcomeOf(signal: EndSignal): Outcome {
  return { isWritten: true, exitCode: signal === 'SIGINT' ? exit.interrupted : exit.done }
}

/** This process opens nothing: it starts the others, starts one again that ended, and ends them all. */
async function superviseWorkers(
  context: Context<typeof flags>,
  settings: Settings,
  startWorkers: typeof import('../workers.js').startWorkers,
): Promise<Outcome> {
  const { flags: given, io, talk } = context
  if (/^(sqlite:)?:memory:$/.test(settings.store)) {
    throw new CliError('flag_conflict', 'Cannot serve from memory with several workers: each would have a memory of its own', {
      hint: 'Give --store a file or postgres://…',
    })
  }
  if ([given.seed, given.tlsCert, given.tlsKey].includes('-')) {
    throw new CliError('flag_conflict', 'Cannot give several workers one stdin', { hint: 'Give the name of a file' })
  }
  const ended = io.ended()
  const workers = await startWorkers({ count: given.workers ?? 1, onLoss: (what) => talk.warn(what) })
  if (typeof workers === 'number') return { isWritten: true, exitCode: workers }
  announce(context, settings, workers.url)
  const signal = await ended
  await workers.stop()
  return outcomeOf(signal)
}

async function readSettings({ flags: given, io }: Context<typeof flags>) {
  const { port = 8080, host = '127.0.0.1', store = './pkjwt.db', issuer, alias, seed, seedReplace, tlsCert, tlsKey } = given
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new CliError('flag_missing', 'Cannot serve https: it takes both a certificate and its key', {
      hint: 'Give --tls-cert and --tls-key',
    })
  }
  const adminToken = await readAdminToken(given.adminToken, io)
  const place = readStore(store, io.env)
  return {
    port,
    host,
    store: place,
    issuer,
    aliases: alias,
    seed: seed === undefined ? undefined : parseJsonObject(await readInput(seed, 'the seed', io), { what: 'the seed' }),
    seedReplace,
    rateLimit: readRateLimit(given.rateLimit),
    signingAlg: given.signingAlg,
    signingPassphrase: await readPassphrase(given.signingPassphraseFile, io, '--signing-passphrase-file'),
    control: given.control,
    adminToken,
    publicClientAppAdmins: given.publicClientAppAdmins,
    firstAdminKeyFile: adminToken === undefined ? firstAdminKeyFile(place, host) : undefined,
    tls:
      tlsCert === undefined || tlsKey === undefined
        ? undefined
        : {
            cert: await readInputText(tlsCert, 'the certificate', io),
            key: await readInputText(tlsKey, 'the key of the certificate', io),
          },
  }
}

/** A server of this machine, kept in a file, can be administered from its first start on. */
function firstAdminKeyFile(store: string, host: string): string | undefined {
  const isFile = !/^postgres(ql)?:\/\//i.test(store) && !/:memory:$/.test(store)
  const isHere = ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(host)
  return isFile && isHere ? `${store.replace(/^sqlite:/, '')}.admin.jwk` : undefined
}

function readRateLimit(given: string | undefined): 'off' | 'okta' | number {
  if (given === undefined || given === 'off' || given === 'okta') return given ?? 'off'
  const count = /^(\d{1,7})\/min$/.exec(given)?.[1]
  if (count !== undefined && Number(count) > 0) return Number(count)
  throw invalidValue(given, '--rate-limit', 'off, okta, or a number such as 600/min')
}
