import type { AppAdmin } from 'pkjwt/client'
import { useState } from 'preact/hooks'
import { type Action, type Loaded, useAction, useLoaded } from '../../model/useLoaded.js'
import { type LogEntry, type LogKind, logKinds, readLogEntry } from './logEntry.js'

/** From when on entries are wanted. */
export type LogSince = 'all' | 'hour' | 'day' | 'week'

const milliseconds: Readonly<Record<Exclude<LogSince, 'all'>, number>> = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 }

interface Page {
  readonly entries: readonly LogEntry[]
  readonly next: string | undefined
}

/** The audit log, the newest entries first, page by page. */
export interface Log {
  readonly loaded: Loaded<Page>
  readonly entries: readonly LogEntry[]
  readonly hasOlder: boolean
  readonly older: Action
  loadOlder(): Promise<void>
}

const entriesPerPage = 50

/** Reads the log as far as it was asked for. */
export function useLog(api: AppAdmin, { kind, since }: { readonly kind: LogKind; readonly since: LogSince }): Log {
  const subject = `${kind} ${since}`
  const read = async (after: string | undefined): Promise<Page> => {
    const from = since === 'all' ? undefined : new Date(Date.now() - milliseconds[since])
    const page = await api.readLog({ types: logKinds[kind], since: from, order: 'descending', limit: entriesPerPage, after })
    return { entries: page.entries.map(readLogEntry), next: page.next }
  }
  const loaded = useLoaded(() => read(undefined), subject)
  const older = useAction()
  const [more, setMore] = useState<{ readonly first: Page; readonly pages: readonly Page[] }>()
  // Older pages belong to the first page that they were asked after.
  const first = loaded.value
  const pages = first === undefined ? [] : [first, ...(more?.first === first ? more.pages : [])]
  const next = pages.at(-1)?.next
  return {
    loaded,
    entries: pages.flatMap(({ entries }) => entries),
    hasOlder: next !== undefined,
    older,
    async loadOlder() {
      if (first === undefined || next === undefined) return
      await older.run(async () => {
        const page = await read(next)
        setMore({ first, pages: [...pages.slice(1), page] })
      })
    },
  }
}
