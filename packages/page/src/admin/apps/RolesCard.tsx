import { useRef, useState } from 'preact/hooks'
import { useAction, useLoaded } from '../../model/useLoaded.js'
import { Card } from '../../parts/Card.js'
import { Select } from '../../parts/Choice.js'
import { usePage } from '../../parts/context.js'
import { texts } from '../../texts.js'
import type { AppProps } from '../adminProps.js'
import { Failure } from '../Failure.js'
import { textAt } from '../wire.js'

const t = texts.admin.roles

/** The admin roles of an app. */
export function RolesCard({ administrator: { api }, app }: AppProps) {
  const { say } = usePage()
  const roles = useLoaded(() => api.listRoles(app.id), app.id)
  const action = useAction()
  const [type, setType] = useState('READ_ONLY_ADMIN')
  const form = useRef<HTMLFormElement>(null)
  async function change(work: () => Promise<unknown>, told: string): Promise<void> {
    if (await action.run(work)) say(told)
    form.current?.querySelector('select')?.focus()
    await roles.reload()
  }
  return (
    <Card title={t.title}>
      <Failure error={roles.failure} whoMay={t.whoMayRead} />
      {roles.value === undefined && roles.isBusy ? <p class="busy">{t.loading}</p> : null}
      {roles.value?.length === 0 ? <p class="quiet">{t.none}</p> : null}
      <ul class="rows" aria-label={t.list}>
        {roles.value?.map(({ id, wire }) => {
          const name = nameOf(textAt(wire, 'type') ?? id)
          return (
            <li key={id} class="row row-line">
              <span>
                {name} <span class="meaning-inline">{meaningOf(textAt(wire, 'type') ?? '')}</span>
              </span>
              <button
                type="button"
                class="button button-plain"
                aria-label={t.removeNamed(name)}
                onClick={() => void change(() => api.removeRole(app.id, id), t.removed(name))}
              >
                {t.remove}
              </button>
            </li>
          )
        })}
      </ul>
      <Failure error={action.failure} whoMay={t.whoMayChange} />
      <form
        class="inline-form"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault()
          void change(() => api.addRole(app.id, type), t.assigned(nameOf(type)))
        }}
      >
        <Select
          label={t.add}
          options={Object.entries(t.names).map(([each, name]) => [each, `${name}: ${meaningOf(each)}`])}
          value={type}
          onValue={setType}
        />
        <button type="submit" class="button button-plain">
          {t.submit}
        </button>
      </form>
    </Card>
  )
}

function nameOf(type: string): string {
  return t.names[type] ?? type
}

function meaningOf(type: string): string {
  return t.meanings[type] ?? t.otherMeaning
}
