import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { useStore } from '../model/useStore.js'
import { usePage } from '../parts/context.js'
import { TextField } from '../parts/Field.js'
import { useKeepFocus } from '../parts/keepFocus.js'
import { SecretInput } from '../parts/SecretInput.js'
import { texts } from '../texts.js'
import type { KeyInput } from './input.js'
import type { KeyBox, KeyBoxState } from './keyBox.js'

const t = texts.key

export interface KeyStatesProps<Held> {
  readonly box: KeyBox<Held>
  readonly label: string
  readonly hint: string
  readonly name: string
  readonly onInput: (input: KeyInput) => Promise<boolean>
  readonly children?: ComponentChildren
}

/** A box for a key in every state but "held". */
export function KeyStates<Held>({ box, label, hint, name, onInput, children }: KeyStatesProps<Held>) {
  const page = usePage()
  const state = useStore(box.state, (all) => all.box)
  const [tooLong, setTooLong] = useState<string>()
  if (state.is === 'locked') return <Unlock box={box} state={state} />
  if (state.is === 'several') return <Several box={box} state={state} />
  const error = tooLong ?? (state.is === 'refused' ? refusal(state) : undefined)
  return (
    <>
      <SecretInput
        label={label}
        hint={hint}
        error={error}
        name={name}
        onInput={(input) => {
          setTooLong(undefined)
          return onInput(input)
        }}
        onRefuse={(message) => {
          setTooLong(message)
          page.say(message)
        }}
      >
        {children}
      </SecretInput>
      {state.is === 'reading' ? <p class="busy">{t.reading}</p> : null}
    </>
  )
}

type StateOf<Name, Held> = Extract<KeyBoxState<Held>, { readonly is: Name }>

function refusal<Held>({ code, message, hint }: StateOf<'refused', Held>): string {
  const what = t.hints[code] ?? hint
  return what === undefined ? message : `${message}. ${what}.`
}

function Unlock<Held>({ box, state }: { readonly box: KeyBox<Held>; readonly state: StateOf<'locked', Held> }) {
  const [passphrase, setPassphrase] = useState('')
  const form = useRef<HTMLFormElement>(null)
  useKeepFocus(form, 'input')
  return (
    <form
      ref={form}
      class="unlock"
      onSubmit={(event) => {
        event.preventDefault()
        void box.unlock(passphrase)
      }}
    >
      <TextField
        label={t.passphrase}
        name="passphrase"
        type="password"
        value={passphrase}
        hint={t.locked}
        error={state.wrong ? state.message : undefined}
        onText={setPassphrase}
      />
      <div class="buttons">
        <button type="submit" class="button button-main">
          {t.unlock}
        </button>
        <button type="button" class="button button-quiet" onClick={() => box.forget()}>
          {t.forget}
        </button>
      </div>
    </form>
  )
}

function Several<Held>({ box, state }: { readonly box: KeyBox<Held>; readonly state: StateOf<'several', Held> }) {
  const list = useRef<HTMLFieldSetElement>(null)
  useKeepFocus(list, 'button')
  return (
    <fieldset class="several" ref={list}>
      <legend>{t.several}</legend>
      <ul>
        {state.candidates.map(({ kid, kind }) => (
          <li key={kid}>
            <span>
              <span class="mono" dir="ltr">
                {kid}
              </span>{' '}
              <span class="meaning-inline">{kind}</span>
            </span>
            <button type="button" class="button button-plain" aria-label={t.useThis(kid)} onClick={() => void box.choose(kid)}>
              {t.use}
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
