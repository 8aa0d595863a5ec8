import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/**
 * Takes the focus over when what had it has made way for this: whoever works with the keyboard goes on where they were, and not at the
 * top of the page. It never takes it from anything else.
 *
 * @param inside A selector, when something within is to have it.
 */
export function useKeepFocus(target: RefObject<HTMLElement | null>, inside?: string): void {
  // Before anything is drawn, so that a key that is pressed at once meets what has the focus now.
  useLayoutEffect(() => {
    if (document.activeElement !== document.body) return
    const element = inside === undefined ? target.current : target.current?.querySelector<HTMLElement>(inside)
    element?.focus()
  }, [])
}

/** Gives the focus to what somebody asked to see. Whoever moves along a row of tabs stays in it. */
export function moveFocus(element: HTMLElement | null | undefined): void {
  if (document.activeElement?.getAttribute('role') !== 'tab') element?.focus()
}
