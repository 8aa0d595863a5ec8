import { useAction } from '../../model/useLoaded.js'
import { useStore } from '../../model/useStore.js'
import { Card } from '../../parts/Card.js'
import { usePage } from '../../parts/context.js'
import { texts } from '../../texts.js'
import type { AppKeysProps } from '../adminProps.js'
import { Failure } from '../Failure.js'
import { findRegistered, findUnfinished } from '../rotate/rotation.js'
import { AddKey } from './AddKey.js'
import { KeyItem } from './KeyItem.js'
import type { AppKey } from './keyAge.js'
import { keyFileName, saveKeyFile } from './keyFile.js'
import { publicHalfOf } from './slots.js'

const t = texts.admin.keys

/** The keys of an app: how old, when used, and whether they can go. */
export function KeysCard(props: AppKeysProps) {
  const { view, administrator, app, keys, onChange } = props
  const action = useAction()
  const now = new Date()
  const all = keys.value ?? []
  async function change(work: () => Promise<unknown>): Promise<void> {
    await action.run(work)
    // Also after a refusal: somebody else may have been at it.
    await Promise.all([keys.reload(), onChange()])
  }
  function replace(key: AppKey): void {
    // What took its place the last time is the key that is replaced now.
    const { box } = view.slots.of(`${app.id} next`)
    const jwk = publicHalfOf(box.held())
    if (jwk !== undefined && findRegistered([key], jwk) !== undefined) box.forget()
    view.place.set({ rotatingId: key.id })
  }
  return (
    <Card name="keys" title={t.title}>
      {app.keysUrl === undefined ? null : <p class="explanation">{`${t.elsewhere(app.keysUrl)} ${t.elsewhereRotate}`}</p>}
      <Failure error={keys.failure} whoMay={t.whoMayRead} />
      <Failure error={action.failure} whoMay={t.whoMayChange} />
      {keys.value === undefined && keys.isBusy ? <p class="busy">{t.loading}</p> : null}
      {keys.value?.length === 0 && app.keysUrl === undefined ? <p class="quiet">{t.none}</p> : null}
      <MadeKey {...props} />
      <Unfinished {...props} />
      <ul class="rows" aria-label={t.title}>
        {all.map((key) => (
          <KeyItem
            key={key.id}
            item={key}
            keys={all}
            now={now}
            onReplace={() => replace(key)}
            onStatus={(status) => void change(() => administrator.api.setKeyStatus(app.id, key.id, status))}
            onRemove={() => void change(() => administrator.api.removeKey(app.id, key.id))}
          />
        ))}
      </ul>
      {app.keysUrl === undefined && keys.value !== undefined ? <AddKey {...props} /> : null}
    </Card>
  )
}

/** The key that was made with the app: it can be saved again until it is forgotten. */
function MadeKey({ view, app, keys }: AppKeysProps) {
  const { box } = view.slots.of(`${app.id} made`)
  const bench = useStore(box.state, ({ box: state }) => (state.is === 'held' ? state.held : undefined))
  const { say } = usePage()
  const jwk = publicHalfOf(bench)
  // Once it was replaced, nobody wants it any more.
  const isRegistered = jwk !== undefined && findRegistered(keys.value ?? [], jwk) !== undefined
  if (bench?.is !== 'pair' || !isRegistered) return null
  const save = () => saveKeyFile(bench.key, app.id).then((file) => say(texts.admin.slot.saved(file)))
  return (
    <div class="unfinished">
      <p>{t.savedAs(keyFileName(bench.key, app.id))}</p>
      <div class="buttons">
        <button type="button" class="button button-plain" onClick={() => void save()}>
          {texts.admin.slot.saveAgain}
        </button>
        <button type="button" class="button button-quiet" onClick={() => box.forget()}>
          {texts.key.forget}
        </button>
      </div>
    </div>
  )
}

/** A replacement that was begun, here or elsewhere, and not brought to its end: the way back into it. */
function Unfinished({ view, keys }: AppKeysProps) {
  const rotatingId = useStore(view.place, (place) => place.rotatingId)
  const old = findUnfinished(keys.value ?? [])
  if (old === undefined || rotatingId !== undefined) return null
  return (
    <div class="unfinished">
      <p>{t.unfinished(old.kid ?? t.noKid)}</p>
      <button type="button" class="button button-plain" onClick={() => view.place.set({ rotatingId: old.id })}>
        {t.unfinishedGo}
      </button>
    </div>
  )
}
