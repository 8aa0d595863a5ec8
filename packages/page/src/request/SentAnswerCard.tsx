import type { AccessToken } from 'pkjwt/protocol'
import { useState } from 'preact/hooks'
import { distance, epochSeconds, localDateTime, localTime } from '../model/time.js'
import { Card } from '../parts/Card.js'
import { Copyable } from '../parts/Copyable.js'
import { CopyButton } from '../parts/CopyButton.js'
import { Findings } from '../parts/Findings.js'
import { Icon } from '../parts/Icon.js'
import { Tabs } from '../parts/Tabs.js'
import { texts } from '../texts.js'
import { masked } from './answer.js'
import { curlOf } from './RequestCard.js'
import type { SentAnswer } from './sending.js'

const t = texts.request

export interface SentAnswerCardProps {
  readonly answer: SentAnswer
  /** The assertion was signed again since. */
  readonly isOld: boolean
}

/** What the server answered: a token with what it is good for, or a refusal with its cause beside it. */
export function SentAnswerCard({ answer, isOld }: SentAnswerCardProps) {
  const { token, status, sentAt, diagnosis, requestId } = answer
  // That the server gave a token is said above them already.
  const findings = diagnosis.findings.filter(({ id }) => id !== 'answer-success')
  return (
    <Card title={t.answerTitle} aside={<p class="kind">{t.answerStatus(status, localTime(sentAt))}</p>}>
      {isOld ? <p class="note">{t.answerOld}</p> : null}
      {token === undefined ? <Refused answer={answer} /> : <Granted token={token} />}
      {findings.length === 0 ? null : <Findings findings={findings} />}
      <Wire answer={answer} />
      {requestId === undefined ? null : (
        <p class="quiet">
          {t.requestId}{' '}
          <span class="mono" dir="ltr">
            {requestId}
          </span>
        </p>
      )}
    </Card>
  )
}

function Granted({ token }: { readonly token: AccessToken }) {
  const { type, scopes, scopesDropped, expiresAt, value } = token
  const left = epochSeconds(expiresAt) - epochSeconds(new Date())
  return (
    <>
      <div class="verdict verdict-good" data-answer="granted">
        <Icon name="good" />
        <div class="verdict-words">
          <p class="verdict-title">{t.granted(type)}</p>
          <p>{t.grantedText}</p>
        </div>
      </div>
      <dl class="pairs">
        <Pair term={t.tokenScopes} value={scopes.join(' ')} />
        {scopesDropped.length === 0 ? null : <Pair term={t.tokenDropped} value={scopesDropped.join(' ')} />}
        <div>
          <dt>{t.tokenExpires}</dt>
          <dd>
            {distance(left)} · {localDateTime(expiresAt)}
          </dd>
        </div>
        <Pair term={t.tokenValue} value={masked(value, value)} />
      </dl>
      <div class="buttons">
        <CopyButton text={value} label={t.copyToken} />
      </div>
    </>
  )
}

function Pair({ term, value }: { readonly term: string; readonly value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd class="mono" dir="ltr">
        {value}
      </dd>
    </div>
  )
}

function Refused({ answer: { status, refusal } }: { readonly answer: SentAnswer }) {
  const error = refusal !== undefined && 'error' in refusal && typeof refusal.error === 'string' ? refusal.error : undefined
  return (
    <div class="verdict verdict-bad" data-answer="refused">
      <Icon name="error" />
      <div class="verdict-words">
        <p class="verdict-title">{error === undefined ? t.failed(status) : t.refused(status, error)}</p>
        <p>{wordsOf(refusal)}</p>
      </div>
    </div>
  )
}

function wordsOf(refusal: SentAnswer['refusal']): string {
  if (refusal === undefined) return ''
  const told = 'error_description' in refusal ? refusal.error_description : undefined
  return typeof told === 'string' ? told : refusal.message
}

/** Request and answer as they went over the wire, without what could be used by whoever looks on. */
function Wire({ answer: { request, body, token } }: { readonly answer: SentAnswer }) {
  const [shown, setShown] = useState<'body' | 'curl'>('body')
  const text =
    shown === 'curl' ? masked(curlOf(request), request.token) : pretty(token === undefined ? body : masked(body, token.value))
  return (
    <Tabs
      label={t.exchangeShown}
      tabs={[
        ['body', t.answerBody],
        ['curl', t.answerCurl],
      ]}
      value={shown}
      onValue={setShown}
    >
      <Copyable wrap={shown === 'body'} text={text} label={shown === 'body' ? t.answerBody : t.answerCurl} />
      <p class="note">{t.answerMasked}</p>
    </Tabs>
  )
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2)
  } catch {
    return body
  }
}
