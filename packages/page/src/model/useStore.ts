import { useLayoutEffect, useState } from 'preact/hooks'
import type { Store } from './store.js'

/** The part of a store that a component shows; it is drawn again only when that part changes. */
export function useStore<State, Part = State>(store: Store<State>, select: (state: State) => Part = identity): Part {
  const part = select(store.get())
  const [, draw] = useState(0)
  useLayoutEffect(() => {
    let seen = part
    return store.subscribe(() => {
      const next = select(store.get())
      if (Object.is(next, seen)) return
      seen = next
      draw((count) => count + 1)
    })
  })
  return part
}

function identity<State, Part>(state: State): Part {
  return state as unknown as Part
}
