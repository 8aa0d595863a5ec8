import type { Finding } from 'pkjwt/errors'
import { type RuleId, reasons } from 'pkjwt/rules'
import { texts } from '../texts.js'
import { Icon } from './Icon.js'

export interface FindingsProps {
  readonly findings: readonly Finding[]
  /** Applies a finding's patch; without it nothing can be changed by a click. */
  readonly onFix?: (finding: Finding) => void
}

const order = ['error', 'warning', 'info'] as const

/** Findings, the gravest first. */
export function Findings({ findings, onFix }: FindingsProps) {
  const sorted = [...findings].sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity))
  return (
    <ul class="findings">
      {sorted.map((finding, index) => (
        <FindingItem key={`${finding.id} ${index}`} finding={finding} onFix={onFix} />
      ))}
    </ul>
  )
}

function FindingItem({ finding, onFix }: { readonly finding: Finding; readonly onFix: FindingsProps['onFix'] }) {
  const { id, severity, message, fix, patch, found, expected } = finding
  return (
    <li class={`finding finding-${severity}`} data-rule={id}>
      <p class="finding-head">
        <Icon name={severity} />
        <span>
          <strong>{texts.findings.severities[severity]}</strong> {message}
        </span>
      </p>
      {found === undefined && expected === undefined ? null : (
        <dl class="pairs pairs-tight">
          {found === undefined ? null : <Pair term={texts.findings.found} value={found} />}
          {expected === undefined ? null : <Pair term={texts.findings.expected} value={expected} />}
        </dl>
      )}
      <div class="finding-fix">
        <p>{fix}</p>
        {patch === undefined || onFix === undefined ? null : (
          <button type="button" class="button button-plain" onClick={() => onFix(finding)}>
            {texts.common.fix}
          </button>
        )}
      </div>
      <Background finding={finding} />
    </li>
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

/** Why servers insist on it, what it usually is, and what Okta would say. */
function Background({ finding: { id, refusal } }: { readonly finding: Finding }) {
  const reason = isRule(id) ? reasons[id] : undefined
  if (reason === undefined && refusal === undefined) return null
  return (
    <details class="finding-why">
      <summary>{texts.common.why}</summary>
      {reason === undefined ? null : (
        <p>
          {reason.why} {reason.usual}
        </p>
      )}
      {refusal === undefined ? null : (
        <p>
          {texts.findings.says}{' '}
          <span class="mono" dir="ltr">
            {refusal.status === 0 ? '' : `${refusal.status} `}
            {refusal.error}
          </span>
          {refusal.error_description === '' ? '' : `: ${refusal.error_description}`}
        </p>
      )}
    </details>
  )
}

function isRule(id: string): id is RuleId {
  return Object.hasOwn(reasons, id)
}
