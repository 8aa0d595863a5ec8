import { profileNames } from 'pkjwt/profiles'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { Select } from '../parts/Choice.js'
import { usePage } from '../parts/context.js'
import { TextField } from '../parts/Field.js'
import { destinationOf } from '../sign/endpoint.js'
import { texts } from '../texts.js'

const t = texts.check

/** What the token should say; each of the two lets more be checked. */
export function ExpectCard() {
  const { checking, signing } = usePage()
  const { org, clientId, profile } = useStore(checking.form)
  const sign = useStore(signing.form)
  const { issuer } = destinationOf(sign)
  const signId = sign.clientId.trim()
  const canTake = (issuer !== undefined && issuer !== org) || (signId !== '' && signId !== clientId)
  const set = checking.form.set
  const isOkta = profile === 'okta'
  const { fault } = isOkta ? destinationOf({ ...sign, provider: 'okta', domain: org, audience: '' }) : { fault: undefined }
  return (
    <Card title={t.expectTitle} number={3}>
      <Select
        label={t.rules}
        options={profileNames.map((each) => [each, texts.sign.profileNames[each]])}
        value={profile}
        onValue={(next) => set({ profile: next })}
      />
      <TextField
        label={isOkta ? t.org : t.audience}
        optional={texts.common.optional}
        name="check-org"
        type="url"
        mono
        value={org}
        hint={isOkta ? t.orgHint : t.audienceHint}
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
            onClick={() => set({ profile: 'okta', org: issuer ?? org, clientId: signId || clientId })}
          >
            {t.fromSign}
          </button>
        </div>
      ) : null}
    </Card>
  )
}
