import { PkjwtError, RefusedError } from 'pkjwt/errors'
import { useEffect } from 'preact/hooks'
import { usePage } from '../parts/context.js'
import { Findings } from '../parts/Findings.js'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'

const t = texts.admin.failure

export interface FailureProps {
  readonly error: unknown
  /** Who may do what was attempted, in a sentence. It is shown when the server says that somebody else may. */
  readonly whoMay?: string | undefined
}

/** Why something was not done: the words of the server, and what to do about it. */
export function Failure({ error, whoMay }: FailureProps) {
  const { say } = usePage()
  const message = error instanceof Error ? error.message : String(error)
  useEffect(() => {
    if (error !== undefined) say(message)
  }, [error])
  if (error === undefined) return null
  const refused = error instanceof RefusedError ? error : undefined
  const isForbidden = refused?.status === 403 || refused?.error === 'consent_required'
  const hint = isForbidden && whoMay !== undefined ? whoMay : error instanceof PkjwtError ? error.hint : t.unexpected
  const findings = refused?.findings ?? []
  return (
    <div class="failure" data-failure={refused?.error ?? 'other'}>
      <div class="finding finding-error">
        <p class="finding-head">
          <Icon name="error" />
          <span>{message}.</span>
        </p>
        {hint === undefined || (findings.length > 0 && !isForbidden) ? null : <p>{hint.replace(/\.?$/, '.')}</p>}
        {refused?.requestId === undefined ? null : (
          <p class="quiet">
            {texts.request.requestId}{' '}
            <span class="mono" dir="ltr">
              {refused.requestId}
            </span>
          </p>
        )}
      </div>
      {findings.length === 0 ? null : <Findings findings={findings} />}
    </div>
  )
}
