import { useState } from 'preact/hooks'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'

const t = texts.frame

/** Says that the page cannot use the network, and how to see that for oneself. */
export function OfflineBadge() {
  const [requests, setRequests] = useState(0)
  return (
    <>
      <button type="button" class="button button-bar badge" popovertarget="offline">
        <Icon name="lock" />
        {t.offline}
      </button>
      <div
        id="offline"
        popover="auto"
        class="popover"
        role="dialog"
        aria-label={t.offlineTitle}
        onToggle={() => setRequests(performance.getEntriesByType('resource').length)}
      >
        <p class="popover-title">{t.offlineTitle}</p>
        <p>{t.offlineText}</p>
        <p class="popover-count">{t.requests(requests)}</p>
        <p class="popover-sub">{t.offlineProof}</p>
        <ol>
          {t.offlineSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
    </>
  )
}
