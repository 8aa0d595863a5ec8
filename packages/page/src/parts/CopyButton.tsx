import { useEffect, useState } from 'preact/hooks'
import { texts } from '../texts.js'
import { copyText } from './actions.js'
import { usePage } from './context.js'

export interface CopyButtonProps {
  /** What is copied; undefined while there is nothing. */
  readonly text: string | undefined
  readonly label?: string
  readonly kind?: 'main' | 'plain' | 'quiet'
  readonly id?: string
}

/** Copies, and says so on itself for two seconds. */
export function CopyButton({ text, label = texts.common.copy, kind = 'plain', id }: CopyButtonProps) {
  const page = usePage()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  async function copy(): Promise<void> {
    if (text === undefined) return
    const done = await copyText(text)
    setCopied(done)
    page.say(done ? `${texts.common.copied}: ${label}` : texts.common.copyFailed)
  }
  return (
    <button type="button" id={id} class={`button button-${kind}`} disabled={text === undefined} onClick={() => void copy()}>
      {/* Both words keep their place, so that the button does not change its width. */}
      <span class="swap">
        <span class={copied ? 'swap-off' : undefined}>{label}</span>
        <span class={copied ? undefined : 'swap-off'} aria-hidden={!copied}>
          {texts.common.copied}
        </span>
      </span>
    </button>
  )
}
