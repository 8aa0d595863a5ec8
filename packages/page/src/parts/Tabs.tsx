import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'

export interface TabsProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly (readonly [id: Id, words: string])[]
  readonly value: Id
  readonly onValue: (id: Id) => void
  readonly size?: 'page' | 'card'
  readonly children: ComponentChildren
}

/** A row of tabs and the panel of the chosen one. Arrows, Home and End move between the tabs. */
export function Tabs<Id extends string>({ label, tabs, value, onValue, size = 'card', children }: TabsProps<Id>) {
  const id = useId()
  return (
    <>
      <TabList {...{ label, tabs, value, onValue, size, id }} />
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} class={`panel panel-${size}`}>
        {children}
      </div>
    </>
  )
}

export type TabListProps<Id extends string> = Omit<TabsProps<Id>, 'children'> & { readonly id: string }

/** The row alone, where the panel stands elsewhere; its id is `${id}-panel`. */
export function TabList<Id extends string>({ label, tabs, value, onValue, size = 'card', id }: TabListProps<Id>) {
  const list = useRef<HTMLDivElement>(null)
  function move(event: KeyboardEvent): void {
    const now = tabs.findIndex(([each]) => each === value)
    const next = nextIndex(event.key, now, { count: tabs.length, rightToLeft: isRightToLeft(list.current) })
    const tab = next === undefined ? undefined : tabs[next]
    if (tab === undefined || next === undefined) return
    event.preventDefault()
    onValue(tab[0])
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
  }
  return (
    <div class={`tabs tabs-${size}`} role="tablist" aria-label={label} ref={list} onKeyDown={move}>
      {tabs.map(([each, words]) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`${id}-${each}`}
          aria-selected={each === value}
          aria-controls={`${id}-panel`}
          tabIndex={each === value ? 0 : -1}
          onClick={() => onValue(each)}
        >
          {words}
        </button>
      ))}
    </div>
  )
}

function isRightToLeft(element: Element | null): boolean {
  return element !== null && getComputedStyle(element).direction === 'rtl'
}

function nextIndex(
  key: string,
  now: number,
  { count, rightToLeft }: { readonly count: number; readonly rightToLeft: boolean },
): number | undefined {
  const step = rightToLeft ? -1 : 1
  if (key === 'ArrowRight') return (now + step + count) % count
  if (key === 'ArrowLeft') return (now - step + count) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}
