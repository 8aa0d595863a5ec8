import type { ComponentChildren } from 'preact'

/** A state in one word. */
export function Badge({ tone, children }: { readonly tone: 'good' | 'off' | 'bad'; readonly children: ComponentChildren }) {
  return <span class={`state state-${tone}`}>{children}</span>
}
