import { useState } from 'preact/hooks'
import { useStore } from '../model/useStore.js'
import { sizeOf } from '../parts/actions.js'
import { Card } from '../parts/Card.js'
import { usePage } from '../parts/context.js'
import { PasteArea } from '../parts/PasteArea.js'
import { texts } from '../texts.js'
import { checkCharactersMax } from './checking.js'
import { isPrivateKey } from './publicKeys.js'

const t = texts.check

/** The one large box, and a second one for whatever is to be compared. */
export function CheckInputCard() {
  const { checking } = usePage()
  const form = useStore(checking.form)
  const set = checking.form.set
  return (
    <Card title={t.inputTitle} number={1}>
      <CheckBox label={t.input} hint={t.inputHint} name="check" rows={9} value={form.text} onText={(text) => set({ text })} />
      {form.secondOpen ? (
        <CheckBox label={t.second} name="second" rows={6} value={form.second} onText={(second) => set({ second })} />
      ) : null}
      <div class="buttons">
        <button
          type="button"
          class="button button-plain"
          aria-expanded={form.secondOpen}
          onClick={() => set({ secondOpen: !form.secondOpen })}
        >
          {form.secondOpen ? t.compareClose : t.compare}
        </button>
        <button
          type="button"
          class="button button-quiet"
          disabled={form.text === '' && form.second === ''}
          onClick={() => set({ text: '', second: '' })}
        >
          {texts.common.clear}
        </button>
        {form.text === '' ? null : (
          <button type="button" class="button button-quiet only-narrow" onClick={showResult}>
            {t.toResult}
          </button>
        )}
      </div>
    </Card>
  )
}

/** In one column the result stands two cards further down. */
function showResult(): void {
  document.querySelector<HTMLElement>('.column-results h2')?.focus()
}

interface CheckBoxProps {
  readonly label: string
  readonly hint?: string
  readonly name: string
  readonly rows: number
  readonly value: string
  readonly onText: (text: string) => void
}

function CheckBox({ onText, hint, ...rest }: CheckBoxProps) {
  const { say } = usePage()
  const [warning, setWarning] = useState<string>()
  const warn = (message: string) => {
    setWarning(message)
    say(message)
  }
  function take(text: string): void {
    setWarning(undefined)
    onText(text)
    // Somebody pasted the wrong thing, and it must not stay on the screen.
    void isPrivateKey(text).then((isPrivate) => {
      if (!isPrivate) return
      onText('')
      warn(t.inputPrivate)
    })
  }
  return (
    <PasteArea
      {...rest}
      hint={hint}
      warning={warning}
      charactersMax={checkCharactersMax}
      onText={take}
      onTooLong={(characters) => warn(t.tooLong(sizeOf(characters)))}
    />
  )
}
