import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon } from './Icon.js'

export interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly warning?: string | undefined
  readonly optional?: string | undefined
  readonly children: (attributes: {
    id: string
    'aria-describedby': string | undefined
    'aria-invalid': boolean
  }) => ComponentChildren
}

/** A label, a control, and one line under it: a hint, or what is wrong. */
export function Field({ label, hint, error, warning, optional, children }: FieldProps) {
  const id = useId()
  const note = error ?? warning ?? hint
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional === undefined ? null : <span class="optional"> {optional}</span>}
      </label>
      {children({ id, 'aria-describedby': note === undefined ? undefined : `${id}-note`, 'aria-invalid': error !== undefined })}
      {note === undefined ? null : (
        <p id={`${id}-note`} class={`note ${error !== undefined ? 'note-error' : warning !== undefined ? 'note-warning' : ''}`}>
          {error !== undefined ? <Icon name="error" /> : warning !== undefined ? <Icon name="warning" /> : null}
          <span>{note}</span>
        </p>
      )}
    </div>
  )
}

export interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string
  readonly onText: (text: string) => void
  readonly name?: string
  readonly mono?: boolean
  readonly type?: 'text' | 'url' | 'password'
}

/** One line of text. What people type here is code in Latin letters, whatever the language of the page. */
export function TextField({ value, onText, name, mono = false, type = 'text', ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(attributes) => {
        const shared = {
          ...attributes,
          ...quiet,
          name,
          dir: 'ltr',
          class: mono ? 'mono' : undefined,
          value,
          onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => onText(currentTarget.value),
        } as const
        if (type === 'password') return <input type="password" {...shared} />
        return <input type="text" inputMode={type === 'url' ? 'url' : undefined} {...shared} />
      }}
    </Field>
  )
}

/** No part of a browser may complete, correct, translate or send away what is typed. */
export const quiet = {
  autocomplete: 'off',
  // In this spelling it is set as an attribute: the property is a boolean, for which "off" means on.
  autoCorrect: 'off',
  autocapitalize: 'off',
  spellcheck: false,
  translate: false,
  'data-gramm': 'false',
} as const
