import { findLogFault, type LogFault } from '../store/logChain.js'
import { openStore } from '../store/open.js'
import type { LogChain, LogStore } from '../store/store.js'

/** What was found of the chain of one instance. */
export interface VerifiedChain {
  readonly instance: string
  /** How many entries follow from one another. */
  readonly entries: number
  /** How many older ones retention removed. */
  readonly removed: number
  /** The hash of the last entry that was verified. Kept somewhere else, it shows later that nothing before it was changed. */
  readonly head: string
  readonly fault: LogFault | undefined
}

/** The audit log of a store, verified. */
export interface VerifiedLog {
  readonly chains: readonly VerifiedChain[]
  /** Of the heads that were asked for, those that no chain holds. */
  readonly headsMissing: readonly string[]
  /** Every chain holds, and so does every head. */
  readonly holds: boolean
}

/** What is known of the log beside the log. */
export interface VerifyLogOptions {
  /** Hashes that were heads once. A chain that was rewritten as a whole holds in itself, and does not hold them. */
  readonly heads?: readonly string[] | undefined
}

/**
 * Verifies the hash chains of the audit log, while servers write or not.
 *
 * @param where The store: a path, or the URL of a database.
 * @throws {StoreError} `store_unavailable`
 * @example
 * await migrateStore('pkjwt.db')
 * assert.equal((await verifyLog('pkjwt.db')).holds, true)
 */
export async function verifyLog(where: string, options: VerifyLogOptions = {}): Promise<VerifiedLog> {
  const store = await openStore(where)
  try {
    await store.ready()
    return await verifyLogOf(store, options)
  } finally {
    await store.close()
  }
}

/** The same for a store that is open. */
export async function verifyLogOf(store: LogStore, { heads = [] }: VerifyLogOptions = {}): Promise<VerifiedLog> {
  const missing = new Set(heads.map((head) => head.toLowerCase()))
  const chains: VerifiedChain[] = []
  for (const chain of await store.listLogChains()) chains.push(await verifyAgain(store, chain, missing))
  return {
    chains,
    headsMissing: [...missing],
    holds: missing.size === 0 && chains.every(({ fault }) => fault === undefined),
  }
}

/** Retention may take entries away while they are read: then what is left is verified. */
async function verifyAgain(store: LogStore, chain: LogChain, missing: Set<string>): Promise<VerifiedChain> {
  const verified = await verifyChain(store, chain, missing)
  if (verified.fault?.fault !== 'missing') return verified
  const now = (await store.listLogChains()).find(({ instance }) => instance === chain.instance)
  return now === undefined || now.removedSeq === chain.removedSeq ? verified : verifyAgain(store, now, missing)
}

const entriesPerStep = 1000

async function verifyChain(store: LogStore, chain: LogChain, missing: Set<string>): Promise<VerifiedChain> {
  const { instance, removedSeq, removedHash, lastSeq, lastHash } = chain
  let last = { seq: removedSeq, hash: removedHash }
  const verified = (fault: LogFault | undefined): VerifiedChain => ({
    instance,
    entries: last.seq - removedSeq,
    removed: removedSeq,
    head: last.hash,
    fault,
  })
  missing.delete(removedHash)
  while (last.seq < lastSeq) {
    const entries = await store.listLogChain(instance, { seq: last.seq + 1, limit: entriesPerStep })
    for (const entry of entries) {
      const fault = findLogFault([entry], last)
      if (fault !== undefined) return verified(fault)
      last = { seq: entry.seq, hash: entry.hash }
      missing.delete(entry.hash)
      // What was written since is verified too, but the head that the store keeps is that of this entry.
      if (entry.seq === lastSeq && entry.hash !== lastHash) return verified({ seq: lastSeq, fault: 'changed' })
    }
    if (entries.length === 0) return verified({ seq: last.seq + 1, fault: 'missing' })
  }
  const beyond = last.seq === lastSeq ? await store.listLogChain(instance, { seq: lastSeq + 1, limit: 1 }) : []
  const [next] = beyond
  return verified(next === undefined ? undefined : findLogFault([next], last))
}
