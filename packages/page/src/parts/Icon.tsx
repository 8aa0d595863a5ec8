const paths = {
  error: 'M8 1.5 14.5 8 8 14.5 1.5 8ZM8 4.8v3.9M8 11v.2',
  warning: 'M8 2 15 14H1ZM8 6.2v3.6M8 11.8v.2',
  info: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 7.2v4.2M8 4.6v.2',
  good: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5 8.2l2.2 2.2L11.2 6',
  lock: 'M4 7.5h8v6H4ZM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  key: 'M5.5 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8.5 8H15M13 8v2.8',
  close: 'M4 4l8 8M12 4l-8 8',
} as const

/** A small drawing beside a word; it says nothing that the word does not. */
export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={paths[name]} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  )
}
