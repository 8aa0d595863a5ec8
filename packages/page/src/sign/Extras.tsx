import { quiet } from '../parts/Field.js'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'
import { createExtra, type Extra } from './form.js'

export interface ExtrasProps {
  readonly extras: readonly Extra[]
  readonly onExtras: (extras: readonly Extra[]) => void
  readonly addLabel: string
}

/** Members that somebody adds: a name and a value each. */
export function Extras({ extras, onExtras, addLabel }: ExtrasProps) {
  const change = (id: number, changes: Partial<Extra>) =>
    onExtras(extras.map((extra) => (extra.id === id ? { ...extra, ...changes } : extra)))
  return (
    <div class="extras">
      {extras.map((extra) => (
        <div key={extra.id} class="extra">
          <Input label={texts.sign.extraName} value={extra.name} onText={(name) => change(extra.id, { name })} />
          <Input label={texts.sign.extraValue} value={extra.text} onText={(text) => change(extra.id, { text })} />
          <button
            type="button"
            class="button button-icon"
            aria-label={texts.common.remove(extra.name || addLabel)}
            onClick={() => onExtras(extras.filter(({ id }) => id !== extra.id))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button type="button" class="button button-small" onClick={() => onExtras([...extras, createExtra()])}>
        {addLabel}
      </button>
    </div>
  )
}

function Input({
  label,
  value,
  onText,
}: {
  readonly label: string
  readonly value: string
  readonly onText: (text: string) => void
}) {
  return (
    <label class="extra-field">
      <span>{label}</span>
      <input
        type="text"
        dir="ltr"
        class="mono"
        value={value}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        {...quiet}
      />
    </label>
  )
}
