import type { Finding } from 'pkjwt/errors'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { usePage } from '../parts/context.js'
import { Findings } from '../parts/Findings.js'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'
import { mendedForm } from './claims.js'
import { profileNameOf } from './form.js'

const t = texts.sign

/** The rules of the profile over what is going to be signed, each finding with its fix. */
export function ChecksCard() {
  const { signing, say } = usePage()
  const draft = useStore(signing.state, (state) => state.draft)
  const notes = useStore(signing.state, (state) => state.draft.assertion?.notes ?? none)
  const profile = useStore(signing.form, profileNameOf)
  const { findings, assertion, rulesRun } = draft
  function fix(finding: Finding): void {
    signing.form.set(mendedForm(signing.form.get(), finding, draft, new Date()))
    say(texts.findings.fixed)
  }
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  return (
    <Card title={t.checksTitle} aside={<p class="status">{texts.findings.count(errors, warnings)}</p>}>
      {notes.map((note) => (
        <p key={note} class="all-good note-line" data-note>
          <Icon name="info" />
          <span>
            <strong>{t.putRight}</strong> {note}
          </span>
        </p>
      ))}
      {findings.length > 0 ? (
        <Findings findings={findings} onFix={fix} />
      ) : assertion === undefined ? (
        <p class="quiet">{t.checksEmpty}</p>
      ) : (
        <p class="all-good" data-no-problems>
          <Icon name="good" />
          <span>{t.noProblems(t.profileNames[profile], rulesRun)}</span>
        </p>
      )}
    </Card>
  )
}

const none: readonly string[] = []
