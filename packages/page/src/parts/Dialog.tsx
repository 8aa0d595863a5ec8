import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { texts } from '../texts.js'
import { Icon } from './Icon.js'

export interface DialogProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** A sheet above the page. Escape closes it, and the focus goes back to where it came from. */
export function Dialog({ title, open, onClose, children }: DialogProps) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    if (element === null || open === element.open) return
    if (open) element.showModal()
    else element.close()
  }, [open])
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby={id} onClose={onClose}>
      {open ? (
        <>
          <header class="card-head">
            <h2 id={id}>{title}</h2>
            <button type="button" class="button button-icon" aria-label={texts.frame.close} onClick={onClose}>
              <Icon name="close" />
            </button>
          </header>
          {children}
        </>
      ) : null}
    </dialog>
  )
}
