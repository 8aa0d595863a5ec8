import { existsSync } from 'node:fs'
import type { VerifiedLog } from '@pkjwt/server'
import { CliError } from '../cliError.js'
import { defineCommand, type Outcome } from '../command.js'
import { exit } from '../exitCodes.js'
import { invalidValue, list, text } from '../flags.js'
import { loadServer } from '../loadServer.js'
import { readStore, withoutPassword } from '../storeName.js'
import { safe } from '../talk.js'

/** `server log verify`: whether anybody changed the audit log. */
export const serverLogVerify = defineCommand({
  name: 'server log verify',
  summary: 'check that nobody changed the audit log',
  examples: [
    ['each entry follows from the one before', 'pkjwt server log verify --store ./pkjwt.db'],
    ['and nothing before a hash that was noted was rewritten', 'pkjwt server log verify --head 5feceb66…'],
  ],
  flags: {
    store: text('Server', 'STORE', 'a file (./pkjwt.db by default), postgres://…, or env:NAME of one'),
    head: list('Input', 'HASH', 'a hash that this command printed before; several with the flag again'),
  },
  notes: [
    'Each process of a server writes a chain of its own; the hash of its last entry is printed. Whoever can write to the store can write all of a chain anew, and then it holds in itself: note the hashes somewhere else, and give them with --head.',
    'Servers may run meanwhile. Entries that retention removed are gone, and the rest is verified. The exit code is 1 when something was changed.',
  ],
  async run({ flags, io, paint }): Promise<Outcome> {
    const heads = flags.head.map(readHead)
    const where = readStore(flags.store ?? './pkjwt.db', io.env)
    requireFile(where)
    const { verifyLog } = await loadServer()
    const verified = await verifyLog(where, { heads })
    const { chains, headsMissing, holds } = verified
    const lines = [
      ...chains.map((chain) => {
        const { instance, entries, removed, head, fault } = chain
        const counted = `${entries} entries${removed === 0 ? '' : ` (${removed} older ones removed)`}`
        return fault === undefined
          ? `${paint.green('✓')} ${safe(instance)}: ${counted}, head ${head}`
          : `${paint.red('✗')} ${safe(instance)}: ${faults[fault.fault]} at entry ${fault.seq}, after ${counted} that hold`
      }),
      ...headsMissing.map((head) => `${paint.red('✗')} no chain holds ${head}: entries were taken away or written anew`),
      ...(chains.length === 0 ? ['the log is empty'] : []),
    ]
    const data = { store: withoutPassword(where), chains, headsMissing }
    return { ok: holds, text: `${lines.join('\n')}\n`, data, ...(holds ? {} : { error: refusal(verified), exitCode: exit.no }) }
  },
})

const faults = {
  missing: 'an entry is missing',
  changed: 'an entry was changed',
  not_linked: 'an entry does not follow from the one before',
} as const

function refusal({ chains, headsMissing }: VerifiedLog) {
  const broken = chains.filter(({ fault }) => fault !== undefined).length
  const state = broken > 0 ? `${broken} of ${chains.length} chains do not hold` : `${headsMissing.length} heads are not there`
  return {
    code: 'answer_is_no',
    message: `Cannot trust the audit log: ${state}`,
    hint: 'Compare it with a backup; what stands before the fault holds',
  }
}

function readHead(given: string): string {
  if (/^[0-9a-f]{64}$/i.test(given)) return given.toLowerCase()
  throw invalidValue(given, '--head', 'a hash that this command printed: 64 hexadecimal digits')
}

/** To open a store makes one; to verify one that is not there would find nothing wrong. */
function requireFile(where: string): void {
  if (/^postgres(ql)?:\/\//i.test(where)) return
  if (existsSync(where.replace(/^sqlite:(\/\/(?=\/))?/, ''))) return
  throw new CliError('input_missing', `Cannot verify the log: there is no store ${JSON.stringify(where.slice(0, 200))}`, {
    hint: 'Name it with --store',
  })
}
