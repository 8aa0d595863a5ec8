import type { KeySet, PublicKey } from 'pkjwt/keys'
import { useRef, useState } from 'preact/hooks'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { usePage } from '../parts/context.js'
import { useKeepFocus } from '../parts/keepFocus.js'
import { SecretInput } from '../parts/SecretInput.js'
import { texts } from '../texts.js'

const t = texts.check

/** The keys that the server holds; of a private key its public half. */
export function CheckKeysCard() {
  const { checking, say } = usePage()
  const keys = useStore(checking.form, (form) => form.keys)
  const [tooLong, setTooLong] = useState<string>()
  async function read(input: string | Uint8Array): Promise<boolean> {
    setTooLong(undefined)
    const isHeld = await checking.readKeys(input)
    if (isHeld) say(texts.key.read)
    return isHeld
  }
  if (keys.is === 'held') {
    return (
      <Card title={t.keysTitle} number={2}>
        <HeldKeys keys={keys.keys} from={keys.from} />
      </Card>
    )
  }
  const error = tooLong ?? (keys.is === 'refused' ? [keys.message, keys.hint].filter(Boolean).join('. ') : undefined)
  return (
    <Card title={t.keysTitle} number={2}>
      <SecretInput
        label={t.keys}
        hint={t.keysHint}
        error={error}
        name="check-keys"
        rows={3}
        onInput={read}
        onRefuse={setTooLong}
      />
    </Card>
  )
}

interface HeldKeysProps {
  readonly keys: KeySet
  readonly from: 'public' | 'private'
}

function HeldKeys({ keys, from }: HeldKeysProps) {
  const { checking } = usePage()
  const { skipped = [] } = keys
  const chip = useRef<HTMLDivElement>(null)
  useKeepFocus(chip)
  return (
    <div class="held" ref={chip} tabIndex={-1}>
      <p class="held-head">
        <strong>{t.keysRead(keys.keys.length)}</strong>
        {from === 'private' ? <span class="held-note">{t.keysWerePrivate}</span> : null}
        {skipped.length === 0 ? null : <span class="held-note">{t.keysSkipped(skipped.length)}</span>}
      </p>
      <ul class="key-list">
        {keys.keys.slice(0, 12).map((key) => (
          <KeyLine key={key.thumbprint} value={key} />
        ))}
      </ul>
      <div class="buttons">
        <button type="button" class="button button-plain" onClick={() => checking.forgetKeys()}>
          {texts.key.replace}
        </button>
      </div>
    </div>
  )
}

/** A public key on one line: kind, name, thumbprint. */
export function KeyLine({ value }: { readonly value: PublicKey }) {
  return (
    <li>
      <span class="key-line">
        {texts.key.kind(value.kty, value.bits, value.crv)}{' '}
        <span class="mono" dir="ltr">
          {value.kid ?? texts.key.noKid}
        </span>
      </span>
    </li>
  )
}
