import { useState } from 'preact/hooks'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { Choice, Select, Switch } from '../parts/Choice.js'
import { usePage } from '../parts/context.js'
import { TextField } from '../parts/Field.js'
import { texts } from '../texts.js'
import { destinationOf } from './endpoint.js'
import { otherProfileNames, type SignForm, wantsIssuer } from './form.js'
import { Lifetime } from './Lifetime.js'
import { Scopes } from './Scopes.js'
import { ShareDialog } from './ShareDialog.js'

const t = texts.sign

/** Card one: whose server is asked, by whom, for what, for how long. */
export function WhoCard() {
  const { signing, settings } = usePage()
  const form = useStore(signing.form)
  const remember = useStore(settings, (state) => state.remember)
  const [sharing, setSharing] = useState(false)
  const set = signing.form.set
  return (
    <Card title={t.whoTitle} number={1}>
      <Choice
        label={t.provider}
        options={(['okta', 'okta-custom', 'other'] as const).map((each) => [each, t.providers[each]])}
        value={form.provider}
        onValue={(provider) => set({ provider })}
      />
      <ServerFields form={form} set={set} />
      <TextField
        label={t.clientId}
        name="client-id"
        mono
        value={form.clientId}
        hint={t.clientIdHint}
        onText={(clientId) => set({ clientId })}
      />
      <Scopes scopes={form.scopes} onScopes={(scopes) => set({ scopes })} />
      <Lifetime seconds={form.lifetimeSeconds} onSeconds={(lifetimeSeconds) => set({ lifetimeSeconds })} />
      <Derived form={form} />
      <AudienceField form={form} set={set} />
      <div class="buttons buttons-spread">
        <Switch label={t.remember} checked={remember} onChecked={(checked) => settings.set({ remember: checked })} />
        <button type="button" class="button button-quiet" onClick={() => setSharing(true)}>
          {t.share}
        </button>
      </div>
      <ShareDialog open={sharing} onClose={() => setSharing(false)} />
    </Card>
  )
}

interface PartProps {
  readonly form: SignForm
  readonly set: (changes: Partial<SignForm>) => void
}

function ServerFields({ form, set }: PartProps) {
  const { fault, adminHost } = destinationOf(form)
  const error = fault === undefined ? undefined : `${fault.message}. ${fault.hint ?? ''}`.trim()
  if (form.provider === 'other') {
    return (
      <>
        <TextField
          label={t.endpoint}
          name="endpoint"
          type="url"
          mono
          value={form.endpoint}
          hint={t.endpointHint}
          error={error}
          onText={(endpoint) => set({ endpoint })}
        />
        <Select
          label={t.rules}
          options={otherProfileNames.map((each) => [each, t.ruleNames[each]])}
          value={form.rules}
          onValue={(rules) => set({ rules })}
        />
      </>
    )
  }
  return (
    <>
      <TextField
        label={t.domain}
        name="domain"
        type="url"
        mono
        value={form.domain}
        hint={t.domainHint}
        error={error}
        warning={adminHost ? t.adminHost : undefined}
        onText={(domain) => set({ domain })}
      />
      {form.provider === 'okta-custom' ? (
        <TextField
          label={t.serverId}
          name="server-id"
          mono
          value={form.serverId}
          hint={t.serverIdHint}
          onText={(serverId) => set({ serverId })}
        />
      ) : null}
    </>
  )
}

/** What follows from the fields above, and why. */
function Derived({ form }: { readonly form: SignForm }) {
  const { tokenEndpoint, audience } = destinationOf(form)
  if (tokenEndpoint === undefined && audience === undefined) return null
  const endpointWhy = { okta: t.endpointWhyOkta, 'okta-custom': t.endpointWhyCustom, other: t.endpointWhy }[form.provider]
  const isIssuer = wantsIssuer(form)
  const audienceWhy = isIssuer ? t.audienceWhyIssuer : form.audience.trim() === '' ? t.audienceWhy : t.audienceWhyOwn
  return (
    <dl class="derived">
      <DerivedValue term={t.endpointLabel} value={tokenEndpoint} why={endpointWhy} />
      <DerivedValue term={t.audienceLabel} value={audience} why={audienceWhy} />
    </dl>
  )
}

function DerivedValue({ term, value, why }: { readonly term: string; readonly value: string | undefined; readonly why: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        {value === undefined ? (
          <span class="unset">{t.unknownYet}</span>
        ) : (
          <span class="mono" dir="ltr">
            {value}
          </span>
        )}
        <span class="meaning">{why}</span>
      </dd>
    </div>
  )
}

function AudienceField({ form, set }: PartProps) {
  const isNeeded = wantsIssuer(form)
  const field = (
    <TextField
      label={isNeeded ? t.audienceIssuer : t.audience}
      name="audience"
      type="url"
      mono
      value={form.audience}
      hint={isNeeded ? undefined : t.audienceHint}
      onText={(audience) => set({ audience })}
    />
  )
  if (isNeeded) return field
  return (
    <details open={form.audience !== ''}>
      <summary>{texts.common.more}</summary>
      {field}
    </details>
  )
}
