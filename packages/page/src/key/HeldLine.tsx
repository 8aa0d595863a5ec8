import type { Signer } from 'pkjwt/keys'
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { useKeepFocus } from '../parts/keepFocus.js'
import { texts } from '../texts.js'

export interface HeldLineProps {
  readonly signer: Pick<Signer, 'publicKey' | 'kid'>
  readonly note: string
  readonly replaceLabel?: string
  readonly onReplace: () => void
  /** Further buttons before the one that takes another key. */
  readonly children?: ComponentChildren
}

/** A key that was taken, in two lines. */
export function HeldLine({ signer, note, replaceLabel = texts.key.replace, onReplace, children }: HeldLineProps) {
  const { kty, bits, crv, thumbprint } = signer.publicKey
  const line = useRef<HTMLDivElement>(null)
  useKeepFocus(line)
  return (
    <div class="held" data-held ref={line} tabIndex={-1}>
      <p class="held-head">
        <strong>{texts.key.kind(kty, bits, crv)}</strong>
        <span class="mono" dir="ltr">
          {signer.kid ?? thumbprint}
        </span>
      </p>
      <p class="held-note">{note}</p>
      <div class="buttons">
        {children}
        <button type="button" class="button button-plain" onClick={onReplace}>
          {replaceLabel}
        </button>
      </div>
    </div>
  )
}
