import { useRef } from 'preact/hooks'
import { usePage } from '../parts/context.js'
import { useKeepFocus } from '../parts/keepFocus.js'
import { texts } from '../texts.js'
import { abilityOf, areas } from './abilities.js'
import type { AdminProps } from './adminProps.js'

const t = texts.admin.bar

/** Who is signed in, and what for. */
export function AdminBar({ view, administrator: { clientId, scopes } }: AdminProps) {
  const { say } = usePage()
  const who = useRef<HTMLParagraphElement>(null)
  useKeepFocus(who)
  return (
    <section class="card admin-bar" aria-label={t.who}>
      <p class="admin-who" ref={who} tabIndex={-1}>
        {clientId === undefined ? (
          t.asBootstrap
        ) : (
          <>
            {t.as} <span class="mono">{clientId}</span>
          </>
        )}
      </p>
      <dl class="abilities" aria-label={t.may}>
        {areas.map((area) => {
          const ability = abilityOf(area, scopes)
          return (
            <div key={area} class={`ability ability-${ability}`}>
              <dt>{t.areas[area]}</dt>
              <dd>{t.abilities[ability]}</dd>
            </div>
          )
        })}
      </dl>
      <button
        type="button"
        class="button button-plain"
        onClick={() => {
          view.forget()
          say(t.left)
        }}
      >
        {t.leave}
      </button>
    </section>
  )
}
