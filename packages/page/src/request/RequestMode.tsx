import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { Columns } from '../parts/Columns.js'
import { usePage } from '../parts/context.js'
import { texts } from '../texts.js'
import { AnswerCard } from './AnswerCard.js'
import { type PreparedRequest, prepareRequest } from './answer.js'
import { NextCard } from './NextCard.js'
import { RequestCard } from './RequestCard.js'

const t = texts.request

/** The request that carries the assertion, to be sent from elsewhere; and what came back. */
export function RequestMode() {
  const { signing, show } = usePage()
  const { signed, draft } = useStore(signing.state)
  const form = useStore(signing.form)
  const request = prepareRequest(form, draft.destination, signed)
  return (
    <Columns
      results={
        <>
          <RequestCard request={request} signed={signed} />
          {request === undefined ? null : <NextCard request={request} />}
        </>
      }
    >
      <Card title={t.summary} number={1}>
        {request === undefined ? (
          <div class="nothing">
            <p class="nothing-title">{t.empty}</p>
            <p>{t.emptyText}</p>
          </div>
        ) : (
          <Summary request={request} clientId={String(signed?.claims['iss'] ?? '')} />
        )}
        <p class="explanation">{t.browser}</p>
        <div class="buttons">
          <button type="button" class="button button-plain" onClick={() => show('sign')}>
            {t.toSign}
          </button>
        </div>
      </Card>
      <AnswerCard request={request} />
    </Columns>
  )
}

function Summary({ request, clientId }: { readonly request: PreparedRequest; readonly clientId: string }) {
  const { scopes, url } = request
  const rows: readonly (readonly [string, string])[] = [
    [t.method, 'POST'],
    [t.url, url],
    [t.grant, 'client_credentials'],
    [t.clientId, clientId],
    [t.scopes, scopes.length === 0 ? t.noScopes : scopes.join(' ')],
  ]
  return (
    <dl class="pairs">
      {rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd class={value === t.noScopes ? undefined : 'mono'} dir={value === t.noScopes ? undefined : 'ltr'}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
