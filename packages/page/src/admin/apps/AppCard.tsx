import type { SigningKey } from 'pkjwt/keys'
import { holdGenerated } from '../../key/holding.js'
import { localDateTime } from '../../model/time.js'
import { useAction } from '../../model/useLoaded.js'
import { Badge } from '../../parts/Badge.js'
import { Card } from '../../parts/Card.js'
import { ConfirmButton } from '../../parts/ConfirmButton.js'
import { CopyButton } from '../../parts/CopyButton.js'
import { usePage } from '../../parts/context.js'
import { texts } from '../../texts.js'
import type { AppProps } from '../adminProps.js'
import { Failure } from '../Failure.js'
import type { Slot } from '../keys/slots.js'

const t = texts.admin.app

/** Who the app is, and its life as a whole. */
export function AppCard({ view, administrator: { api }, app, onChange }: AppProps) {
  const { say, signing, signKey, show, live } = usePage()
  const action = useAction()
  const status = app.isActive ? 'ACTIVE' : 'INACTIVE'
  async function setStatus(next: 'ACTIVE' | 'INACTIVE'): Promise<void> {
    if (await action.run(() => api.setAppStatus(app.id, next))) await onChange()
  }
  async function remove(): Promise<void> {
    if (!(await action.run(() => api.deleteApp(app.id)))) return
    say(t.removed)
    view.place.set({ appId: undefined, rotatingId: undefined })
    await onChange()
  }
  async function sign(): Promise<void> {
    signing.form.set({ provider: 'okta', domain: live?.server.org ?? '', clientId: app.id })
    // The newest private key of the app that lies here goes along.
    const key = ['next', 'made'].map((slot) => pairIn(view.slots.of(`${app.id} ${slot}`))).find((each) => each !== undefined)
    if (key !== undefined) await signKey.make(() => holdGenerated(key))
    show('sign')
  }
  return (
    <Card name="app" title={app.label} aside={<Badge tone={app.isActive ? 'good' : 'off'}>{t.status[status]}</Badge>}>
      <dl class="pairs">
        <div>
          <dt>{t.clientId}</dt>
          <dd class="mono" dir="ltr" data-client-id>
            {app.id}
          </dd>
        </div>
        {app.created === undefined ? null : (
          <div>
            <dt>{t.created}</dt>
            <dd>{localDateTime(app.created)}</dd>
          </div>
        )}
      </dl>
      <Failure error={action.failure} whoMay={t.whoMayChange} />
      <div class="buttons">
        <CopyButton text={app.id} label={t.copyId} />
        <button type="button" class="button button-plain" onClick={() => void sign()}>
          {t.useInSign}
        </button>
        {app.isActive ? (
          <ConfirmButton label={t.deactivate} question={t.deactivateAsk} onConfirm={() => void setStatus('INACTIVE')} />
        ) : (
          <>
            <button type="button" class="button button-plain" onClick={() => void setStatus('ACTIVE')}>
              {t.activate}
            </button>
            <ConfirmButton label={t.remove} question={t.removeAsk} onConfirm={() => void remove()} />
          </>
        )}
      </div>
    </Card>
  )
}

function pairIn({ box }: Slot): SigningKey | undefined {
  const bench = box.held()
  return bench?.is === 'pair' ? bench.key : undefined
}
