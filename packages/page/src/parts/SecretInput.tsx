import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { KeyInput } from '../key/input.js'
import { keyCharactersMax } from '../key/keyBox.js'
import { texts } from '../texts.js'
import { sizeOf } from './actions.js'
import { Field, quiet } from './Field.js'

export interface SecretInputProps {
  readonly label: string
  readonly hint: string
  readonly error: string | undefined
  readonly name: string
  readonly rows?: number
  /** Takes the text, and answers whether it was read: then it is forgotten here. */
  readonly onInput: (input: KeyInput) => Promise<boolean>
  readonly onRefuse: (message: string) => void
  /** Further buttons beside the one that chooses a file. */
  readonly children?: ComponentChildren
}

/**
 * A box for a key. What is pasted or dropped is handed on without ever standing in the document; only a text that cannot be read is
 * put into the box, so that it can be mended there.
 */
export function SecretInput({ label, hint, error, name, rows = 5, onInput, onRefuse, children }: SecretInputProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  async function take(text: string): Promise<void> {
    clearTimeout(timer.current)
    if (text.length > keyCharactersMax) {
      onRefuse(texts.key.tooLong(sizeOf(text.length)))
      return
    }
    if (area.current !== null) area.current.value = ''
    const isRead = await onInput(text)
    if (!isRead && area.current !== null && area.current.value === '') area.current.value = text
  }
  async function takeFile(file: File | undefined): Promise<void> {
    if (file === undefined) return
    if (file.size > keyCharactersMax) onRefuse(texts.key.tooBig)
    else await onInput(new Uint8Array(await file.arrayBuffer()))
  }
  // Somebody who types a key by hand is not finished at every letter.
  function typed(text: string): void {
    clearTimeout(timer.current)
    if (text.trim() !== '') timer.current = setTimeout(() => void readTyped(text), 400)
  }
  async function readTyped(text: string): Promise<void> {
    if ((await onInput(text)) && area.current !== null) area.current.value = ''
  }

  return (
    <>
      <Field label={label} hint={hint} error={error}>
        {(attributes) => (
          <textarea
            {...attributes}
            ref={area}
            name={name}
            rows={rows}
            dir="ltr"
            class="mono secret"
            onPaste={(event) => {
              event.preventDefault()
              void take(event.clipboardData?.getData('text/plain') ?? '')
            }}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault()
              const file = event.dataTransfer?.files[0]
              if (file === undefined) void take(event.dataTransfer?.getData('text/plain') ?? '')
              else void takeFile(file)
            }}
            onInput={({ currentTarget }) => typed(currentTarget.value)}
            {...quiet}
          />
        )}
      </Field>
      <div class="buttons">
        <FileButton onFile={(file) => void takeFile(file)} />
        {children}
      </div>
    </>
  )
}

/** Opens the browser's own window for choosing a file. */
export function FileButton({ onFile }: { readonly onFile: (file: File | undefined) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        onChange={({ currentTarget }) => {
          onFile(currentTarget.files?.[0])
          // The same file can be chosen again, and its name is forgotten.
          currentTarget.value = ''
        }}
      />
      <button type="button" class="button button-plain" onClick={() => input.current?.click()}>
        {texts.key.choose}
      </button>
    </>
  )
}
