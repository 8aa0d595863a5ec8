import { describe, expect, it, vi } from 'vitest'
import { createGroupCommit } from './groupCommit.js'

const echo = (items: readonly string[]) => items.map((item) => ({ value: item.toUpperCase() }))

describe('createGroupCommit()', () => {
  it('hands on together what came in one turn, and answers each in its place', async () => {
    const groups: (readonly string[])[] = []
    const group = createGroupCommit<string, string>((items) => {
      groups.push(items)
      return echo(items)
    })
    expect(await Promise.all(['a', 'b', 'c'].map(group.add))).toEqual(['A', 'B', 'C'])
    expect(await group.add('d')).toBe('D')
    expect(groups).toEqual([['a', 'b', 'c'], ['d']])
  })

  it('rejects the whole group when it was not committed, and takes the next one', async () => {
    let isFull = true
    const group = createGroupCommit<string, string>((items) => {
      if (isFull) throw new Error('disk full')
      return echo(items)
    })
    const answers = await Promise.allSettled([group.add('a'), group.add('b')])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    isFull = false
    expect(await group.add('c')).toBe('C')
  })

  it('rejects one item alone when only that one failed', async () => {
    const group = createGroupCommit<string, string>((items) =>
      items.map((item) => (item === 'b' ? { error: new Error('b failed') } : { value: item })),
    )
    const answers = await Promise.allSettled(['a', 'b', 'c'].map(group.add))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('gathers the next group while a commit elsewhere is under way', async () => {
    const groups: (readonly string[])[] = []
    let finish = () => {}
    const group = createGroupCommit<string, string>(async (items) => {
      groups.push(items)
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return echo(items)
    })
    const first = group.add('a')
    await vi.waitFor(() => expect(groups).toHaveLength(1))
    const others = [group.add('b'), group.add('c')]
    finish()
    expect(await first).toBe('A')
    await vi.waitFor(() => expect(groups).toHaveLength(2))
    finish()
    expect(await Promise.all(others)).toEqual(['B', 'C'])
    expect(groups).toEqual([['a'], ['b', 'c']])
  })

  it('splits a group that is too large', async () => {
    const sizes: number[] = []
    const group = createGroupCommit<string, string>(
      (items) => {
        sizes.push(items.length)
        return echo(items)
      },
      { groupMax: 2 },
    )
    await Promise.all(['a', 'b', 'c'].map(group.add))
    expect(sizes).toEqual([2, 1])
  })

  it('settles when nothing is left', async () => {
    const group = createGroupCommit<string, string>(echo)
    await group.settled()
    let isDone = false
    void group.add('a').then(() => {
      isDone = true
    })
    await group.settled()
    await Promise.resolve()
    expect(isDone).toBe(true)
  })
})
