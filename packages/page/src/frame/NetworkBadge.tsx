import { useState } from 'preact/hooks'
import { usePage } from '../parts/context.js'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'

/** Says what the page can reach: nothing, or the server that it came from; and how to see that for oneself. */
export function NetworkBadge() {
  const { live } = usePage()
  const t = live === undefined ? texts.frame.offline : texts.frame.live(live.server.org)
  const [requests, setRequests] = useState(0)
  return (
    <>
      <button type="button" class="button button-bar badge" popovertarget="network">
        <Icon name="lock" />
        <span>
          {t.name}
          {t.nameRest === '' ? null : <span class="bar-word"> {t.nameRest}</span>}
        </span>
      </button>
      <div
        id="network"
        popover="auto"
        class="popover"
        role="dialog"
        aria-label={t.title}
        onToggle={() => setRequests(performance.getEntriesByType('resource').length)}
      >
        <p class="popover-title">{t.title}</p>
        <p>{t.text}</p>
        <p class="popover-count">{texts.frame.requests(requests)}</p>
        <p class="popover-sub">{texts.frame.proof}</p>
        <ol>
          {t.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
    </>
  )
}
