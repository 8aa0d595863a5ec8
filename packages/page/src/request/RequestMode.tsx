import { useStore } from '../model/useStore.js'
import type { Live } from '../page.js'
import { Card } from '../parts/Card.js'
import { Columns } from '../parts/Columns.js'
import { usePage } from '../parts/context.js'
import { texts } from '../texts.js'
import { AnswerCard } from './AnswerCard.js'
import { type PreparedRequest, prepareRequest } from './answer.js'
import { NextCard } from './NextCard.js'
import { RequestCard } from './RequestCard.js'
import { SendButtons } from './SendButtons.js'
import { SentAnswerCard } from './SentAnswerCard.js'

const t = texts.request

/** The request that carries the assertion, to be sent from elsewhere; and what came back. */
export function RequestMode() {
  const { signing, show, live } = usePage()
  const { signed, draft } = useStore(signing.state)
  const form = useStore(signing.form)
  const request = prepareRequest(form, draft.destination, signed)
  const canSend = request !== undefined && live?.server.has(request.url) === true
  return (
    <Columns
      results={
        <>
          {live === undefined ? null : <Answer live={live} token={request?.token} />}
          <RequestCard request={request} signed={signed} />
          {request === undefined ? null : <NextCard request={request} />}
        </>
      }
    >
      <Card title={t.summary} {...(canSend ? {} : { number: 1 })}>
        {request === undefined ? (
          <div class="nothing">
            <p class="nothing-title">{t.empty}</p>
            <p>{t.emptyText}</p>
          </div>
        ) : (
          <Summary request={request} clientId={String(signed?.claims['iss'] ?? '')} />
        )}
        <p class="explanation">
          {live === undefined ? t.browser : canSend ? t.thisServer(live.server.org) : t.otherServer(live.server.org)}
        </p>
        {canSend && live !== undefined ? (
          <SendButtons request={request} live={live} onChange={() => show('sign')} />
        ) : (
          <div class="buttons">
            <button type="button" class="button button-plain" onClick={() => show('sign')}>
              {t.toSign}
            </button>
          </div>
        )}
      </Card>
      {canSend ? null : <AnswerCard request={request} />}
    </Columns>
  )
}

/** What the server of this page said last. */
function Answer({ live, token }: { readonly live: Live; readonly token: string | undefined }) {
  const answer = useStore(live.sending.state, (state) => state.answer)
  return answer === undefined ? null : <SentAnswerCard answer={answer} isOld={answer.request.token !== token} />
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
