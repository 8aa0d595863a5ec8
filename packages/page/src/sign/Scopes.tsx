import { useRef, useState } from 'preact/hooks'
import { useStore } from '../model/useStore.js'
import { usePage } from '../parts/context.js'
import { Field, quiet } from '../parts/Field.js'
import { Findings } from '../parts/Findings.js'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'

export interface ScopesProps {
  readonly scopes: readonly string[]
  readonly onScopes: (scopes: readonly string[]) => void
}

/** Scopes as chips; a pasted list is taken apart at spaces and commas. */
export function Scopes({ scopes, onScopes }: ScopesProps) {
  const { signing } = usePage()
  const findings = useStore(signing.state, (state) => state.draft.requestFindings)
  const [typed, setTyped] = useState('')
  const input = useRef<HTMLInputElement>(null)

  function add(text: string): void {
    const words = text.split(/[\s,;]+/).filter((word) => word !== '')
    setTyped('')
    if (words.length > 0) onScopes([...new Set([...scopes, ...words])].slice(0, 100))
  }
  function remove(scope: string): void {
    onScopes(scopes.filter((each) => each !== scope))
    input.current?.focus()
  }
  function type(text: string): void {
    if (/[\s,;]/.test(text)) add(text)
    else setTyped(text)
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      add(typed)
    }
    if (event.key === 'Backspace' && typed === '') onScopes(scopes.slice(0, -1))
  }

  return (
    <div class="scopes">
      <Field label={texts.sign.scopes} hint={texts.sign.scopesHint}>
        {(attributes) => (
          <div class="chips-box">
            <ul class="chips" aria-label={texts.sign.scopesList}>
              {scopes.map((scope) => (
                <li key={scope} class="chip mono" dir="ltr">
                  {scope}
                  <button type="button" aria-label={texts.common.remove(scope)} onClick={() => remove(scope)}>
                    <Icon name="close" />
                  </button>
                </li>
              ))}
            </ul>
            <input
              {...attributes}
              ref={input}
              name="scopes"
              type="text"
              dir="ltr"
              class="mono"
              value={typed}
              onInput={({ currentTarget }) => type(currentTarget.value)}
              onKeyDown={onKeyDown}
              onBlur={() => add(typed)}
              {...quiet}
            />
          </div>
        )}
      </Field>
      {findings.length === 0 ? null : <Findings findings={findings} />}
    </div>
  )
}
