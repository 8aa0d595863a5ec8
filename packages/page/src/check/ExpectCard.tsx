import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { usePage } from '../parts/context.js'
import { TextField } from '../parts/Field.js'
import { destinationOf } from '../sign/endpoint.js'
import { texts } from '../texts.js'

const t = texts.check

/** What the token should say; each of the two lets more be checked. */
export function ExpectCard() {
  const { checking, signing } = usePage()
  const { org, clientId } = useStore(checking.form)
  const sign = useStore(signing.form)
  const { issuer } = destinationOf(sign)
  const signId = sign.clientId.trim()
  const canTake = (issuer !== undefined && issuer !== org) || (signId !== '' && signId !== clientId)
  const set = checking.form.set
  const { fault } = destinationOf({ ...sign, provider: 'okta', domain: org, audience: '' })
  return (
    <Card title={t.expectTitle} number={3}>
      <TextField
        label={t.org}
        optional={texts.common.optional}
        name="check-org"
        type="url"
        mono
        value={org}
        hint={t.orgHint}
        error={fault === undefined ? undefined : `${fault.message}. ${fault.hint ?? ''}`.trim()}
        onText={(text) => set({ org: text })}
      />
      <TextField
        label={t.clientId}
        optional={texts.common.optional}
        name="check-client-id"
        mono
        value={clientId}
        onText={(text) => set({ clientId: text })}
      />
      {canTake ? (
        <div class="buttons">
          <button
            type="button"
            class="button button-plain"
            onClick={() => set({ org: issuer ?? org, clientId: signId || clientId })}
          >
            {t.fromSign}
          </button>
        </div>
      ) : null}
    </Card>
  )
}
