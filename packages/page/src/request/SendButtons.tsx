import { useStore } from '../model/useStore.js'
import type { Live } from '../page.js'
import { usePage } from '../parts/context.js'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'
import { type PreparedRequest, prepareRequest } from './answer.js'

const t = texts.request

export interface SendButtonsProps {
  readonly request: PreparedRequest
  readonly live: Live
  /** It is to be another request. */
  readonly onChange: () => void
}

/** Sends the request to the server that the page came from. An assertion that was used is not sent again by mistake. */
export function SendButtons({ request, live, onChange }: SendButtonsProps) {
  const { signing, signKey, say } = usePage()
  const { isBusy, answer, failure } = useStore(live.sending.state)
  const isUsed = answer?.request.token === request.token
  async function send(next: PreparedRequest): Promise<void> {
    await live.sending.send(next, { form: signing.form.get(), held: signKey.held(), now: new Date() })
    const { answer: came } = live.sending.state.get()
    if (came !== undefined) say(came.token === undefined ? (came.refusal?.message ?? '') : t.granted(came.token.type))
  }
  async function signAndSend(): Promise<void> {
    if (!(await signing.sign())) return say(texts.sign.spoken.refused)
    const { draft, signed } = signing.state.get()
    const next = prepareRequest(signing.form.get(), draft.destination, signed)
    if (next !== undefined) await send(next)
  }
  return (
    <>
      {failure === undefined ? null : (
        <p class="note note-error">
          <Icon name="error" />
          <span>
            {t.notSent(failure)} {t.notSentHint}
          </span>
        </p>
      )}
      <div class="buttons">
        <button type="button" id="send" class="button button-main" onClick={() => void (isUsed ? signAndSend() : send(request))}>
          {isUsed ? t.sendAgain : t.send}
        </button>
        {isUsed ? (
          <button type="button" class="button button-plain" onClick={() => void send(request)}>
            {t.sendSame}
          </button>
        ) : null}
        <button type="button" class="button button-plain" onClick={onChange}>
          {t.toSign}
        </button>
        {isBusy ? <span class="busy">{t.sending}</span> : null}
      </div>
    </>
  )
}
