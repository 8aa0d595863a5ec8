import { useStore } from '../model/useStore.js'
import { sizeOf } from '../parts/actions.js'
import { Card } from '../parts/Card.js'
import { Choice } from '../parts/Choice.js'
import { usePage } from '../parts/context.js'
import { Icon } from '../parts/Icon.js'
import { PasteArea } from '../parts/PasteArea.js'
import { texts } from '../texts.js'
import { ClaimsForm } from './ClaimsForm.js'
import { formWithClaims, payloadOf } from './claims.js'
import { HeaderForm } from './HeaderForm.js'
import { readMembers } from './members.js'

const t = texts.sign

/** No payload that a server takes is longer. */
const payloadCharactersMax = 16_384

/** Card three: the claims, field by field or as raw JSON; and the header. */
export function ClaimsCard() {
  const { signing, say } = usePage()
  const view = useStore(signing.form, (form) => form.view)
  function turnTo(next: 'form' | 'json'): void {
    const form = signing.form.get()
    if (next === form.view) return
    if (next === 'json') {
      signing.form.set({ view: 'json', payload: payloadOf(signing.state.get().draft, form) })
      return
    }
    const { members } = readMembers(form.payload.trim() === '' ? '{}' : form.payload)
    if (members === undefined) say(t.formBlocked)
    else signing.form.set(formWithClaims(form, members, new Date()))
  }
  return (
    <Card
      title={t.claimsTitle}
      number={3}
      aside={
        <Choice
          label={t.claimsView}
          hideLabel
          options={[
            ['form', t.claimsForm],
            ['json', t.claimsJson],
          ]}
          value={view}
          onValue={turnTo}
        />
      }
    >
      {view === 'form' ? <ClaimsForm /> : <Payload />}
      <HeaderForm />
    </Card>
  )
}

function Payload() {
  const { signing, say } = usePage()
  const payload = useStore(signing.form, (form) => form.payload)
  const fault = useStore(signing.state, (state) => state.draft.jsonFault)
  const error = fault === undefined ? undefined : `${fault.message}. ${fault.hint ?? ''}`.trim()
  return (
    <>
      <PasteArea
        label={t.payload}
        name="payload"
        hint={t.payloadHint}
        error={error}
        rows={9}
        charactersMax={payloadCharactersMax}
        value={payload}
        onText={(text) => signing.form.set({ payload: text })}
        onTooLong={(characters) => say(texts.check.tooLong(sizeOf(characters)))}
      />
      {fault?.line === undefined ? null : (
        <p class="fault-line">
          <Icon name="error" />
          <span>{t.payloadLine(fault.line.number)}</span>
          <code class="mono" dir="ltr">
            {fault.line.text}
          </code>
        </p>
      )}
    </>
  )
}
