import type { ComponentChildren } from 'preact'
import { CopyButton } from './CopyButton.js'

export interface CopyableProps {
  readonly text: string
  readonly label: string
  /** Long lines are code and keep their form; a key or token breaks anywhere. */
  readonly wrap?: boolean
  readonly isPrivate?: boolean
  readonly children?: ComponentChildren
}

/** A text to take along: shown, with its buttons under it. */
export function Copyable({ text, label, wrap = false, isPrivate = false, children }: CopyableProps) {
  return (
    <div class={`copyable ${isPrivate ? 'private' : ''}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached from the keyboard */}
      <section class={`code ${wrap ? 'code-wrap' : ''}`} tabIndex={0} aria-label={label}>
        <pre class="mono" dir="ltr">
          {text}
        </pre>
      </section>
      <div class="buttons">
        <CopyButton text={text} />
        {children}
      </div>
    </div>
  )
}
