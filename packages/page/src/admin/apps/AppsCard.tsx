import { useState } from 'preact/hooks'
import type { Loaded } from '../../model/useLoaded.js'
import { useStore } from '../../model/useStore.js'
import { Card } from '../../parts/Card.js'
import { TextField } from '../../parts/Field.js'
import { texts } from '../../texts.js'
import type { AdminView } from '../adminView.js'
import { Failure } from '../Failure.js'
import type { ManagedApp } from './managedApp.js'

const t = texts.admin.apps

export interface AppsCardProps {
  readonly view: AdminView
  readonly apps: Loaded<readonly ManagedApp[]>
}

/** So few are found at a glance. */
const withoutFilterMax = 6

/** The apps of the server, to choose one. */
export function AppsCard({ view, apps }: AppsCardProps) {
  const chosen = useStore(view.place, (place) => place.appId)
  const [words, setWords] = useState('')
  const all = apps.value ?? []
  const found = all.filter(({ id, label }) => `${label} ${id}`.toLowerCase().includes(words.trim().toLowerCase()))
  const choose = (appId: string) => view.place.set({ appId, rotatingId: undefined })
  return (
    <Card
      title={t.title}
      aside={
        <button type="button" id="new-app" class="button button-main" onClick={() => choose('new')}>
          {t.create}
        </button>
      }
    >
      <Failure error={apps.failure} whoMay={t.whoMayRead} />
      {all.length > withoutFilterMax ? (
        <TextField label={t.filter} name="find-app" value={words} hint={t.filterHint} onText={setWords} />
      ) : null}
      {apps.value === undefined && apps.isBusy ? <p class="busy">{t.loading}</p> : null}
      {apps.value !== undefined && found.length === 0 ? <p class="quiet">{t.none}</p> : null}
      <ul class="app-list" aria-label={t.list}>
        {found.map((app) => (
          <li key={app.id}>
            <AppButton app={app} isChosen={app.id === chosen} onChoose={() => choose(app.id)} />
          </li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" class="button button-quiet" onClick={() => void apps.reload()}>
          {t.reload}
        </button>
      </div>
    </Card>
  )
}

interface AppButtonProps {
  readonly app: ManagedApp
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function AppButton({ app, isChosen, onChoose }: AppButtonProps) {
  const keys = app.keysUrl === undefined ? t.keys(app.keysCount) : t.keysElsewhere
  return (
    <button type="button" class="app-button" aria-current={isChosen} onClick={onChoose}>
      <span class="app-label">{app.label}</span>
      <span class="app-facts">
        {app.isActive ? '' : `${t.inactive} · `}
        {keys}
      </span>
      <span class="app-id mono" dir="ltr">
        {app.id}
      </span>
    </button>
  )
}
