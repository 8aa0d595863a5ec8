/** A value that changes, and those who want to know. */
export interface Store<State> {
  get(): State
  /** Replaces members. Listeners hear of it only when a member really differs. */
  set(changes: Partial<State>): void
  /** @returns What ends the subscription. */
  subscribe(listener: () => void): () => void
}

/** Creates a store around an object that is never changed in place. */
export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    set(changes) {
      const names = Object.keys(changes) as (keyof State)[]
      if (names.every((name) => Object.is(changes[name], state[name]))) return
      state = { ...state, ...changes }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
