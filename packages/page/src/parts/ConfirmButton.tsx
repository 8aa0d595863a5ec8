import { useRef, useState } from 'preact/hooks'
import { texts } from '../texts.js'
import { useKeepFocus } from './keepFocus.js'

export interface ConfirmButtonProps {
  readonly label: string
  /** Told apart from the others of its kind, for those who only hear it. */
  readonly name?: string
  readonly question: string
  readonly disabled?: boolean
  readonly onConfirm: () => void
}

/** A button for what cannot be undone: it asks once more, in its own place. */
export function ConfirmButton({ label, name, question, disabled = false, onConfirm }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false)
  if (isAsking) return <Question {...{ label, question, onConfirm }} onEnd={() => setAsking(false)} />
  return (
    <button
      type="button"
      class="button button-plain button-danger"
      aria-label={name}
      disabled={disabled}
      onClick={() => setAsking(true)}
    >
      {label}
    </button>
  )
}

function Question({ label, question, onConfirm, onEnd }: ConfirmButtonProps & { readonly onEnd: () => void }) {
  const group = useRef<HTMLFieldSetElement>(null)
  useKeepFocus(group, 'button')
  return (
    <fieldset class="confirm" ref={group} aria-label={question}>
      <p>{question}</p>
      <div class="buttons">
        <button
          type="button"
          class="button button-danger-main"
          onClick={() => {
            onEnd()
            onConfirm()
          }}
        >
          {label}
        </button>
        <button type="button" class="button button-plain" onClick={onEnd}>
          {texts.common.keep}
        </button>
      </div>
    </fieldset>
  )
}
