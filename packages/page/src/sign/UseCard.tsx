import { useState } from 'preact/hooks'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { Switch } from '../parts/Choice.js'
import { Copyable } from '../parts/Copyable.js'
import { usePage } from '../parts/context.js'
import { Tabs } from '../parts/Tabs.js'
import { prepareRequest } from '../request/answer.js'
import { type Snippet, snippets } from '../snippets/snippets.js'
import { texts } from '../texts.js'

const t = texts.sign

/** The assertion as something to paste next. */
export function UseCard() {
  const { signing, show, live } = usePage()
  const { signed, draft } = useStore(signing.state)
  const form = useStore(signing.form)
  const [id, setId] = useState<Snippet['id']>('curl')
  const [inline, setInline] = useState(true)
  const request = prepareRequest(form, draft.destination, signed)
  const snippet = snippets.find((each) => each.id === id)
  if (request === undefined || signed === undefined || snippet === undefined) {
    return (
      <Card title={t.useTitle}>
        <p class="quiet">{t.useEmpty}</p>
      </Card>
    )
  }
  const text = snippet.write({
    tokenEndpoint: request.url,
    org: draft.destination.issuer?.replace(/^https:\/\//, ''),
    audience: draft.destination.audience,
    clientId: String(signed.claims['iss'] ?? form.clientId),
    scopes: form.scopes,
    token: signed.token,
    inline,
  })
  return (
    <Card title={t.useTitle}>
      <Tabs label={t.useTabs} tabs={snippets.map((each) => [each.id, t.snippetNames[each.id]])} value={id} onValue={setId}>
        <p class="note">{t.snippetNotes[id]}</p>
        <Copyable text={text} label={t.snippetNames[id]} />
        {snippet.signs ? null : (
          <div class="inline-switch">
            <Switch label={t.inline} checked={inline} onChecked={setInline} />
            {inline ? null : <span class="meaning-inline">{t.inlineOff}</span>}
          </div>
        )}
      </Tabs>
      {live?.server.has(request.url) === true ? (
        <div class="buttons">
          <button type="button" class="button button-plain" onClick={() => show('request')}>
            {t.toSend}
          </button>
        </div>
      ) : null}
    </Card>
  )
}
