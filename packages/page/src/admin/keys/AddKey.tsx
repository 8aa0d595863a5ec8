import { useState } from 'preact/hooks'
import { useAction } from '../../model/useLoaded.js'
import { useStore } from '../../model/useStore.js'
import { usePage } from '../../parts/context.js'
import { texts } from '../../texts.js'
import type { AppKeysProps } from '../adminProps.js'
import { Failure } from '../Failure.js'
import { KeySlot } from './KeySlot.js'
import { kindDefault } from './makeKey.js'
import { publicHalfOf } from './slots.js'

const t = texts.admin.keys

/** Registers a further key, beside those that the app has. */
export function AddKey({ view, administrator: { api }, app, keys, onChange }: AppKeysProps) {
  const { say } = usePage()
  const action = useAction()
  const [isOpen, setOpen] = useState(false)
  const slot = view.slots.of(`${app.id} added`)
  const jwk = publicHalfOf(useStore(slot.box.state, ({ box }) => (box.is === 'held' ? box.held : undefined)))
  async function register(): Promise<void> {
    if (jwk === undefined || !(await action.run(() => api.addKey(app.id, jwk)))) return
    say(t.added)
    setOpen(false)
    slot.box.forget()
    await Promise.all([keys.reload(), onChange()])
  }
  return (
    <details class="section" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t.add}</summary>
      {isOpen ? (
        <div class="stack">
          <p class="note">{t.addHint}</p>
          <KeySlot slot={slot} clientId={app.id} kind={kindDefault} />
          <Failure error={action.failure} whoMay={t.whoMayChange} />
          <div class="buttons">
            <button type="button" class="button button-main" disabled={jwk === undefined} onClick={() => void register()}>
              {t.submit}
            </button>
          </div>
        </div>
      ) : null}
    </details>
  )
}
