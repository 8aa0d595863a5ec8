import { Field, type FieldProps, quiet } from './Field.js'

export interface PasteAreaProps extends Omit<FieldProps, 'children'> {
  readonly value: string
  readonly name: string
  readonly rows?: number
  readonly charactersMax: number
  readonly onText: (text: string) => void
  /** A text was too long even to be put into the box. */
  readonly onTooLong: (characters: number) => void
}

/** A large box. A text that no box should hold is refused before the browser lays it out, which could take minutes. */
export function PasteArea({ value, name, rows = 8, charactersMax, onText, onTooLong, ...field }: PasteAreaProps) {
  function guard(event: Event, text: string | undefined): void {
    if (text === undefined || text.length <= charactersMax) return
    event.preventDefault()
    onTooLong(text.length)
  }
  return (
    <Field {...field}>
      {(attributes) => (
        <textarea
          {...attributes}
          name={name}
          rows={rows}
          dir="ltr"
          class="mono"
          value={value}
          onPaste={(event) => guard(event, event.clipboardData?.getData('text/plain'))}
          onDrop={(event) => guard(event, event.dataTransfer?.getData('text/plain'))}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
          {...quiet}
        />
      )}
    </Field>
  )
}
