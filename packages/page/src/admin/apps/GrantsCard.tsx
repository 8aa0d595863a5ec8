import { oktaScopes } from 'pkjwt/profiles'
import { useId, useRef, useState } from 'preact/hooks'
import { useAction, useLoaded } from '../../model/useLoaded.js'
import { Card } from '../../parts/Card.js'
import { usePage } from '../../parts/context.js'
import { Field, quiet } from '../../parts/Field.js'
import { Icon } from '../../parts/Icon.js'
import { texts } from '../../texts.js'
import type { AppProps } from '../adminProps.js'
import { Failure } from '../Failure.js'
import { textAt } from '../wire.js'

const t = texts.admin.grants

/** The scopes that an app may ask for. */
export function GrantsCard({ administrator: { api }, app }: AppProps) {
  const { say } = usePage()
  const grants = useLoaded(() => api.listGrants(app.id), app.id)
  const action = useAction()
  const [scope, setScope] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const known = useId()
  async function change(work: () => Promise<unknown>, told: string): Promise<boolean> {
    const isDone = await action.run(work)
    if (isDone) say(told)
    input.current?.focus()
    await grants.reload()
    return isDone
  }
  async function grant(): Promise<void> {
    const wanted = scope.trim()
    if (wanted !== '' && (await change(() => api.addGrant(app.id, wanted), t.granted(wanted)))) setScope('')
  }
  return (
    <Card title={t.title}>
      <Failure error={grants.failure} whoMay={t.whoMayRead} />
      {grants.value === undefined && grants.isBusy ? <p class="busy">{t.loading}</p> : null}
      {grants.value?.length === 0 ? <p class="quiet">{`${t.none} ${t.first}`}</p> : null}
      <ul class="chips" aria-label={t.list}>
        {grants.value?.map(({ id, wire }) => {
          const name = textAt(wire, 'scopeId') ?? id
          return (
            <li key={id} class="chip mono" dir="ltr">
              {name}
              <button
                type="button"
                aria-label={t.removeNamed(name)}
                onClick={() => void change(() => api.removeGrant(app.id, id), t.removed(name))}
              >
                <Icon name="close" />
              </button>
            </li>
          )
        })}
      </ul>
      <Failure error={action.failure} whoMay={t.whoMayChange} />
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault()
          void grant()
        }}
      >
        <Field label={t.add} hint={t.addHint}>
          {(attributes) => (
            <input
              {...attributes}
              {...quiet}
              ref={input}
              name="grant"
              type="text"
              dir="ltr"
              class="mono"
              list={known}
              value={scope}
              onInput={({ currentTarget }) => setScope(currentTarget.value)}
            />
          )}
        </Field>
        <datalist id={known}>
          {oktaScopes.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <button type="submit" class="button button-plain">
          {t.submit}
        </button>
      </form>
    </Card>
  )
}
