import { useEffect, useState } from 'preact/hooks'
import { countdown, localTime } from '../model/time.js'
import { useStore } from '../model/useStore.js'
import { usePage } from '../parts/context.js'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'
import type { SignedAssertion, SigningState } from './signing.js'

const t = texts.sign

/** One line on where the assertion stands. What changes is also spoken, once. */
export function AssertionStatus({ expired }: { readonly expired: boolean }) {
  const page = usePage()
  const state = useStore(page.signing.state)
  const { kind, words } = statusOf(state, expired)
  useEffect(() => {
    const { signed, stale } = state
    if (stale) page.say(t.spoken.stale)
    else if (signed !== undefined) page.say(signed.number > 1 ? t.spoken.again : t.spoken.signed)
  }, [state.signed, state.stale])
  return (
    <p class={`status status-${kind}`} data-status={kind}>
      {kind === 'waiting' ? null : <Icon name={kind === 'signed' ? 'good' : kind === 'refused' ? 'error' : 'warning'} />}
      <span>
        {words}
        {kind === 'signed' && state.signed !== undefined ? (
          <>
            {', '}
            <Countdown signed={state.signed} />
          </>
        ) : null}
      </span>
    </p>
  )
}

function statusOf({ signed, stale, failure, draft }: SigningState, expired: boolean) {
  const errors = draft.findings.filter(({ severity }) => severity === 'error').length
  if (failure !== undefined) return { kind: 'refused', words: t.status.failed(failure) } as const
  if (stale) return { kind: 'stale', words: t.status.stale } as const
  if (signed !== undefined && expired) return { kind: 'expired', words: t.status.expired } as const
  if (signed !== undefined) {
    const time = localTime(signed.signedAt)
    return { kind: 'signed', words: signed.number > 1 ? t.status.again(time) : t.status.signed(time) } as const
  }
  if (errors > 0 && draft.missing.length === 0) return { kind: 'refused', words: t.status.refused(errors) } as const
  return { kind: 'waiting', words: t.status.waiting } as const
}

/** Counts down, and draws nothing but itself while it does. */
function Countdown({ signed }: { readonly signed: SignedAssertion }) {
  const { say } = usePage()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [signed])
  const left = signed.expiresAt === undefined ? undefined : Math.max(0, Math.ceil((signed.expiresAt.getTime() - now) / 1000))
  useEffect(() => {
    if (left === 60) say(t.spoken.oneMinute)
  }, [left === 60])
  return <span class="countdown">{left === undefined ? t.status.noExpiry : t.status.expiresIn(countdown(left))}</span>
}
