import { useEffect, useRef } from 'preact/hooks'
import { ago } from '../../model/time.js'
import { Badge } from '../../parts/Badge.js'
import { ConfirmButton } from '../../parts/ConfirmButton.js'
import { Icon } from '../../parts/Icon.js'
import { texts } from '../../texts.js'
import { type AppKey, type Safety, safetyOf } from './keyAge.js'

const t = texts.admin.keys

export interface KeyItemProps {
  readonly item: AppKey
  readonly keys: readonly AppKey[]
  readonly now: Date
  readonly onReplace: () => void
  readonly onStatus: (status: 'ACTIVE' | 'INACTIVE') => void
  readonly onRemove: () => void
}

/** One key: its name, its life so far, whether it can go, and what can be done with it. */
export function KeyItem({ item, keys, now, onReplace, onStatus, onRemove }: KeyItemProps) {
  const name = item.kid ?? t.noKid
  const isActive = item.status === 'ACTIVE'
  const row = useRef<HTMLLIElement>(null)
  const before = useRef(item.status)
  // The button that changed the status made way for another one.
  useEffect(() => {
    if (before.current !== item.status && document.activeElement === document.body) row.current?.querySelector('button')?.focus()
    before.current = item.status
  }, [item.status])
  return (
    <li class="row" ref={row} data-key-status={item.status}>
      <div class="row-head">
        <span class="mono row-name" dir="ltr">
          {name}
        </span>
        <Badge tone={isActive ? 'good' : 'off'}>{isActive ? t.active : t.inactive}</Badge>
      </div>
      <p class="row-facts">{factsOf(item, now)}</p>
      <SafetyLine safety={safetyOf(item, keys, now)} />
      <div class="buttons">
        {isActive ? (
          <>
            {item.isForSigning ? (
              <button type="button" class="button button-plain" aria-label={t.replaceNamed(name)} onClick={onReplace}>
                {t.replace}
              </button>
            ) : null}
            <button
              type="button"
              class="button button-plain"
              aria-label={t.deactivateNamed(name)}
              onClick={() => onStatus('INACTIVE')}
            >
              {t.deactivate}
            </button>
          </>
        ) : (
          <>
            <button
              type="button"
              class="button button-plain"
              aria-label={t.activateNamed(name)}
              onClick={() => onStatus('ACTIVE')}
            >
              {t.activate}
            </button>
            <ConfirmButton label={t.remove} name={t.removeNamed(name)} question={t.removeAsk} onConfirm={onRemove} />
          </>
        )}
      </div>
    </li>
  )
}

function kindOf({ kty, crv, n }: AppKey['wire']): string {
  const bits = typeof n === 'string' ? Math.floor((n.length * 6) / 8) * 8 : 0
  if (typeof kty !== 'string') return ''
  return texts.key.kind(kty, bits, typeof crv === 'string' ? crv : undefined)
}

function factsOf({ wire, isForSigning, created, changed, lastUsed, status }: AppKey, now: Date): string {
  const facts = [
    kindOf(wire),
    isForSigning ? '' : t.forEncryption,
    created === undefined ? '' : t.made(ago(created, now)),
    lastUsed === undefined ? (isForSigning ? t.neverUsed : '') : t.lastUsed(ago(lastUsed, now)),
    status === 'INACTIVE' && changed !== undefined ? t.outSince(ago(changed, now)) : '',
  ]
  return facts.filter((fact) => fact !== '').join(' · ')
}

const icons = { safe: 'good', wait: 'info', unsafe: 'warning' } as const

function SafetyLine({ safety }: { readonly safety: Safety }) {
  if (safety.is === 'unknown') return null
  return (
    <p class={`safety safety-${safety.is}`} data-safety={`${safety.is} ${safety.why}`}>
      <Icon name={icons[safety.is]} />
      <span>
        <strong>{t.safety[safety.is]}.</strong> {t.why[safety.why]}
      </span>
    </p>
  )
}
