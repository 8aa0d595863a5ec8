import { useId } from 'preact/hooks'

export interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly options: readonly (readonly [value: Value, words: string])[]
  readonly value: Value
  readonly onValue: (value: Value) => void
  readonly hideLabel?: boolean
  readonly hint?: string | undefined
  readonly disabled?: boolean
}

/** One of a few: radio buttons that look like the positions of a switch. */
export function Choice<Value extends string>({
  label,
  options,
  value,
  onValue,
  hideLabel = false,
  hint,
  disabled = false,
}: ChoiceProps<Value>) {
  const name = useId()
  return (
    <fieldset class="choice" aria-describedby={hint === undefined ? undefined : `${name}-note`} disabled={disabled}>
      <legend class={hideLabel ? 'unseen' : undefined}>{label}</legend>
      <div class="choice-row">
        {options.map(([each, words]) => (
          <label key={each} class="choice-option">
            <input type="radio" name={name} value={each} checked={each === value} onChange={() => onValue(each)} />
            <span>{words}</span>
          </label>
        ))}
      </div>
      {hint === undefined ? null : (
        <p id={`${name}-note`} class="note">
          {hint}
        </p>
      )}
    </fieldset>
  )
}

export interface SelectProps<Value extends string> {
  readonly label: string
  readonly options: readonly (readonly [value: Value, words: string])[]
  readonly value: Value
  readonly onValue: (value: Value) => void
  readonly hideLabel?: boolean
}

/** One of many. */
export function Select<Value extends string>({ label, options, value, onValue, hideLabel = false }: SelectProps<Value>) {
  const id = useId()
  return (
    <div class="field">
      <label for={id} class={hideLabel ? 'unseen' : undefined}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find(([each]) => each === currentTarget.value)
          if (chosen !== undefined) onValue(chosen[0])
        }}
      >
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}

export interface SwitchProps {
  readonly label: string
  readonly checked: boolean
  readonly onChecked: (checked: boolean) => void
}

/** On or off. */
export function Switch({ label, checked, onChecked }: SwitchProps) {
  return (
    <label class="switch">
      <input type="checkbox" checked={checked} onChange={({ currentTarget }) => onChecked(currentTarget.checked)} />
      <span>{label}</span>
    </label>
  )
}
