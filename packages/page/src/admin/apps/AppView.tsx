import { useEffect, useRef } from 'preact/hooks'
import { useStore } from '../../model/useStore.js'
import { moveFocus } from '../../parts/keepFocus.js'
import type { AppProps } from '../adminProps.js'
import { KeysCard } from '../keys/KeysCard.js'
import { useAppKeys } from '../keys/useAppKeys.js'
import { RotateCard } from '../rotate/RotateCard.js'
import { AppCard } from './AppCard.js'
import { GrantsCard } from './GrantsCard.js'
import { RolesCard } from './RolesCard.js'

/** One app with everything that belongs to it. */
export function AppView(props: AppProps) {
  const { view, administrator, app } = props
  const rotatingId = useStore(view.place, (place) => place.rotatingId)
  const keys = useAppKeys(administrator.api, app)
  const top = useRef<HTMLDivElement>(null)
  const before = useRef<string | undefined>(undefined)
  // Whoever chose something goes on there: it stands below the list on a telephone, and above the keys when it is a replacement.
  useEffect(() => {
    const name = rotatingId !== undefined ? 'rotate' : before.current !== undefined ? 'keys' : 'app'
    before.current = rotatingId
    moveFocus(top.current?.querySelector<HTMLElement>(`[data-card=${name}] h2`))
  }, [rotatingId])
  return (
    <div class="column" ref={top}>
      <AppCard {...props} />
      {rotatingId === undefined ? null : <RotateCard key={rotatingId} {...props} keys={keys} oldId={rotatingId} />}
      <KeysCard {...props} keys={keys} />
      <GrantsCard {...props} />
      <RolesCard {...props} />
    </div>
  )
}
