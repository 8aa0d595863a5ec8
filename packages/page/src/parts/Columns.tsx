import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

export interface ColumnsProps {
  readonly children: ComponentChildren
  readonly results: ComponentChildren
}

/**
 * What goes in at the start, what comes out at the end. The results stay in view while the other column is scrolled; when they are
 * higher than the window, they scroll along until their end is reached.
 */
export function Columns({ children, results }: ColumnsProps) {
  const column = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = column.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() => element.style.setProperty('--column-height', `${element.offsetHeight}px`))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return (
    <div class="columns">
      <div class="column">{children}</div>
      <div class="column column-results" ref={column}>
        {results}
      </div>
    </div>
  )
}
