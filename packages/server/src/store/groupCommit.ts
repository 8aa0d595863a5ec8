/** Gathers what is asked for in one turn of the event loop, and hands it on together. */
export interface GroupCommit<Item, Answer> {
  /** Settles when the group that the item went with was committed, or was not. */
  add(item: Item): Promise<Answer>
  /** Resolves when nothing is waiting and nothing is under way. */
  settled(): Promise<void>
}

/** What becomes of one item of a group that was committed: some items may fail alone. */
export type Settled<Answer> = { readonly value: Answer } | { readonly error: unknown }

interface Waiting<Item, Answer> {
  readonly item: Item
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * A disk flush costs as much for fifty records as for one, so all that come in one turn share it. Nothing waits for company:
 * the group leaves at the end of the turn.
 *
 * @param commit Makes a group durable, and answers for each item in order. It may return a promise (a worker thread, a network):
 * what comes meanwhile forms the next group. When it throws, every item of the group is rejected with that error.
 * @param groupMax The most items in one group; the rest goes with the next turn.
 */
export function createGroupCommit<Item, Answer>(
  commit: (items: readonly Item[]) => readonly Settled<Answer>[] | Promise<readonly Settled<Answer>[]>,
  { groupMax = 1024 }: { readonly groupMax?: number | undefined } = {},
): GroupCommit<Item, Answer> {
  let waiting: Waiting<Item, Answer>[] = []
  let busy = false
  let idle: (() => void)[] = []

  const run = async () => {
    const group = waiting.slice(0, groupMax)
    waiting = waiting.slice(groupMax)
    await settleGroup(group, commit)
    if (waiting.length > 0) return void setImmediate(run)
    busy = false
    for (const resolve of idle) resolve()
    idle = []
  }
  return {
    add(item) {
      if (!busy) {
        busy = true
        // The check phase comes right after the poll phase in which requests are read.
        setImmediate(run)
      }
      return new Promise((resolve, reject) => waiting.push({ item, resolve, reject }))
    },
    settled: () => (busy ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
  }
}

async function settleGroup<Item, Answer>(
  group: readonly Waiting<Item, Answer>[],
  commit: (items: readonly Item[]) => readonly Settled<Answer>[] | Promise<readonly Settled<Answer>[]>,
): Promise<void> {
  try {
    const answers = await commit(group.map(({ item }) => item))
    for (const [index, { resolve, reject }] of group.entries()) {
      const answer = answers[index]
      if (answer === undefined) reject(new Error('a group was committed without an answer for each item'))
      else if ('value' in answer) resolve(answer.value)
      else reject(answer.error)
    }
  } catch (error) {
    for (const { reject } of group) reject(error)
  }
}
