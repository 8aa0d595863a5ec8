import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

/** Something that is asked of a server. What was there stays in sight while it is asked for again. */
export interface Loaded<Value> {
  readonly value: Value | undefined
  readonly failure: unknown
  readonly isBusy: boolean
  reload(): Promise<void>
}

interface Asked<Value> {
  readonly subject: string
  readonly isBusy: boolean
  readonly value?: Value
  readonly failure?: unknown
}

/**
 * Asks a server for something, and again when told to.
 *
 * @param subject What it is about: when that is another one, what was there is forgotten.
 */
export function useLoaded<Value>(load: () => Promise<Value>, subject: string): Loaded<Value> {
  const [state, setState] = useState<Asked<Value>>({ subject, isBusy: true })
  const turn = useRef(0)
  const reload = useCallback(async () => {
    const mine = ++turn.current
    setState((before) => (before.subject === subject ? { ...before, isBusy: true } : { subject, isBusy: true }))
    const outcome = await load().then(
      (value) => ({ value }),
      (failure: unknown) => ({ failure }),
    )
    // A later question overtook this one, or nobody is there to see the answer.
    if (mine === turn.current) setState((before) => ({ subject, isBusy: false, ...keptValue(before, subject), ...outcome }))
  }, [subject])
  useEffect(() => {
    void reload()
    return () => {
      turn.current += 1
    }
  }, [subject])
  const shown: Asked<Value> = state.subject === subject ? state : { subject, isBusy: true }
  return { value: shown.value, failure: shown.failure, isBusy: shown.isBusy, reload }
}

function keptValue<Value>({ subject, value }: Asked<Value>, wanted: string): { readonly value?: Value } {
  return subject === wanted && value !== undefined ? { value } : {}
}

/** Something that is done at a server when a button is pressed. */
export interface Action {
  readonly isBusy: boolean
  readonly failure: unknown
  /** @returns Whether it was done. */
  run(work: () => Promise<unknown>): Promise<boolean>
}

/** Keeps what became of the last thing that was done. */
export function useAction(): Action {
  const [state, setState] = useState<{ isBusy: boolean; failure: unknown }>({ isBusy: false, failure: undefined })
  const isBusy = useRef(false)
  return {
    ...state,
    async run(work) {
      // The button stays enabled, so that it keeps the focus; pressed twice, it acts once.
      if (isBusy.current) return false
      isBusy.current = true
      setState({ isBusy: true, failure: undefined })
      const failure = await work().then(
        () => undefined,
        (error: unknown) => error ?? new Error('it failed'),
      )
      isBusy.current = false
      setState({ isBusy: false, failure })
      return failure === undefined
    },
  }
}
