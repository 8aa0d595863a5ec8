import { useState } from 'preact/hooks'
import { Card } from '../parts/Card.js'
import { Copyable } from '../parts/Copyable.js'
import { CopyButton } from '../parts/CopyButton.js'
import { Icon } from '../parts/Icon.js'
import { Tabs } from '../parts/Tabs.js'
import type { SignedAssertion } from '../sign/signing.js'
import { snippets } from '../snippets/snippets.js'
import { texts } from '../texts.js'
import { type PreparedRequest, rawRequestOf } from './answer.js'

const t = texts.request

export interface RequestCardProps {
  readonly request: PreparedRequest | undefined
  readonly signed: SignedAssertion | undefined
}

/** The request, as a command and as it goes over the wire. */
export function RequestCard({ request, signed }: RequestCardProps) {
  const [form, setForm] = useState<'curl' | 'http'>('curl')
  if (request === undefined || signed === undefined) {
    return (
      <Card title={t.title}>
        <p class="quiet">{t.emptyText}</p>
      </Card>
    )
  }
  const isOver = signed.expiresAt !== undefined && signed.expiresAt.getTime() <= Date.now()
  return (
    <Card title={t.title}>
      <p class={`note ${isOver ? 'note-warning' : ''}`}>
        <Icon name={isOver ? 'warning' : 'info'} />
        <span>{isOver ? t.expired : typeof signed.claims['jti'] === 'string' ? t.once : t.many}</span>
      </p>
      <Tabs
        label={t.shownAs}
        tabs={[
          ['curl', t.curl],
          ['http', t.http],
        ]}
        value={form}
        onValue={setForm}
      >
        {form === 'curl' ? (
          <Copyable text={curlOf(request)} label={t.curl} />
        ) : (
          <Copyable wrap text={rawRequestOf(request)} label={t.http}>
            <CopyButton text={request.body} label={t.copyForm} />
          </Copyable>
        )}
      </Tabs>
    </Card>
  )
}

/** The request as a command for a terminal. */
export function curlOf({ url, scopes, token }: PreparedRequest): string {
  const curl = snippets.find(({ id }) => id === 'curl')
  const facts = { tokenEndpoint: url, org: undefined, audience: undefined, clientId: '', scopes, token, inline: true }
  return curl?.write(facts) ?? ''
}
