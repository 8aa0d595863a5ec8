import { useId } from 'preact/hooks'
import { texts } from '../texts.js'

export interface LifetimeProps {
  readonly seconds: number
  readonly onSeconds: (seconds: number) => void
}

const presetMinutes = [1, 5, 10, 30, 60] as const

/** How long the assertion lives: a slider in minutes, and the usual stops. */
export function Lifetime({ seconds, onSeconds }: LifetimeProps) {
  const id = useId()
  const minutes = Math.min(60, Math.max(1, Math.round(seconds / 60)))
  const words = seconds % 60 === 0 ? texts.sign.lifetimeValue(seconds / 60) : texts.sign.lifetimeSecondsValue(seconds)
  return (
    <div class="field lifetime">
      <div class="field-line">
        <label for={id}>{texts.sign.lifetime}</label>
        <output for={id}>{words}</output>
      </div>
      <input
        id={id}
        name="lifetime"
        type="range"
        min={1}
        max={60}
        step={1}
        value={minutes}
        aria-valuetext={words}
        onInput={({ currentTarget }) => onSeconds(currentTarget.valueAsNumber * 60)}
      />
      <fieldset class="presets">
        <legend class="unseen">{texts.sign.presets}</legend>
        {presetMinutes.map((each) => (
          <button
            key={each}
            type="button"
            class="button button-small"
            aria-pressed={seconds === each * 60}
            onClick={() => onSeconds(each * 60)}
          >
            {texts.sign.preset(each)}
          </button>
        ))}
      </fieldset>
    </div>
  )
}
