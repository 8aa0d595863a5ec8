import { useStore } from '../model/useStore.js'
import { usePage } from '../parts/context.js'
import { Tabs } from '../parts/Tabs.js'
import { texts } from '../texts.js'
import { AdminBar } from './AdminBar.js'
import type { AdminProps } from './adminProps.js'
import type { AdminView } from './adminView.js'
import { AppsView } from './apps/AppsView.js'
import { EnterView } from './EnterView.js'
import { LogCard } from './log/LogCard.js'

/** Apps, keys, grants, roles and log of the server that the page came from. */
export function AdminMode() {
  const { live } = usePage()
  return live === undefined ? null : <Entered view={live.admin} />
}

function Entered({ view }: { readonly view: AdminView }) {
  const administrator = useStore(view.session.state, (state) => state.administrator)
  if (administrator === undefined) return <EnterView view={view} />
  return <Views view={view} administrator={administrator} />
}

function Views({ view, administrator }: AdminProps) {
  const tab = useStore(view.place, (place) => place.tab)
  const t = texts.admin.bar
  return (
    <div class="admin">
      <AdminBar view={view} administrator={administrator} />
      <Tabs
        label={t.views}
        tabs={[
          ['apps', t.apps],
          ['log', t.log],
        ]}
        value={tab}
        onValue={(next) => view.place.set({ tab: next })}
      >
        {tab === 'apps' ? <AppsView view={view} administrator={administrator} /> : <LogCard administrator={administrator} />}
      </Tabs>
    </div>
  )
}
