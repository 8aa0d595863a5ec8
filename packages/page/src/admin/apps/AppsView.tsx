import type { AppAdmin } from 'pkjwt/client'
import { useLoaded } from '../../model/useLoaded.js'
import { useStore } from '../../model/useStore.js'
import { Card } from '../../parts/Card.js'
import { Columns } from '../../parts/Columns.js'
import { texts } from '../../texts.js'
import type { AdminProps } from '../adminProps.js'
import { AppsCard } from './AppsCard.js'
import { AppView } from './AppView.js'
import { type ManagedApp, readManagedApp } from './managedApp.js'
import { NewAppCard } from './NewAppCard.js'

const t = texts.admin.apps

/** The apps on one side, the chosen one on the other. */
export function AppsView({ view, administrator }: AdminProps) {
  const appId = useStore(view.place, (place) => place.appId)
  const apps = useLoaded(() => readApps(administrator.api), 'apps')
  const app = apps.value?.find(({ id }) => id === appId)
  return (
    <Columns
      results={
        appId === 'new' ? (
          <NewAppCard view={view} administrator={administrator} onCreated={apps.reload} />
        ) : app === undefined ? (
          <Card title={t.chosen}>
            <div class="nothing">
              <p class="nothing-title">{t.choose}</p>
              <p>{t.chooseText}</p>
            </div>
          </Card>
        ) : (
          <AppView key={app.id} view={view} administrator={administrator} app={app} onChange={apps.reload} />
        )
      }
    >
      <AppsCard view={view} apps={apps} />
    </Columns>
  )
}

async function readApps(api: AppAdmin): Promise<readonly ManagedApp[]> {
  const apps = (await api.listApps()).map(readManagedApp)
  return apps.sort((one, other) => one.label.localeCompare(other.label))
}
