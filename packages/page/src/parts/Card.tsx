import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export interface CardProps {
  readonly title: string
  /** The place of the card in the order of work. */
  readonly number?: number
  /** Stands beside the title, at its end. */
  readonly aside?: ComponentChildren
  readonly tone?: 'plain' | 'secret'
  /** By which the page finds it again. */
  readonly name?: string
  readonly children: ComponentChildren
}

/** A part of a mode: a heading, and what belongs under it. */
export function Card({ title, number, aside, tone = 'plain', name = '', children }: CardProps) {
  const id = useId()
  return (
    <section class={`card card-${tone}`} aria-labelledby={id} data-card={name}>
      <header class="card-head">
        <h2 id={id} tabIndex={-1}>
          {number === undefined ? null : (
            <span class="card-number" aria-hidden="true">
              {number}
            </span>
          )}
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  )
}
