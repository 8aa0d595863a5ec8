import { useRef, useState } from 'preact/hooks'
import type { HeldKey } from '../key/holding.js'
import type { KeyInput } from '../key/input.js'
import { KeyStates } from '../key/KeyStates.js'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { Copyable } from '../parts/Copyable.js'
import { usePage } from '../parts/context.js'
import { useKeepFocus } from '../parts/keepFocus.js'
import { texts } from '../texts.js'

const t = texts.key

/** Card two: the key, as text for a moment and as a handle from then on. */
export function KeyCard() {
  const page = usePage()
  const box = useStore(page.signKey.state, (state) => state.box)
  async function read(input: KeyInput): Promise<boolean> {
    const isHeld = await page.signKey.read(input)
    if (isHeld) page.say(t.read)
    return isHeld
  }
  async function generate(): Promise<void> {
    await page.generateForSigning()
    page.say(t.generated)
  }
  return (
    <Card title={texts.sign.keyTitle} number={2}>
      {box.is === 'held' ? (
        <HeldChip held={box.held} />
      ) : (
        <>
          <KeyStates box={page.signKey} label={t.label} hint={t.hint} name="private-key" onInput={read}>
            <button type="button" class="button button-plain" onClick={() => void generate()}>
              {t.generate}
            </button>
          </KeyStates>
          <p class="promise">{t.promise}</p>
        </>
      )}
    </Card>
  )
}

/** What is known of the key that is held; its private part is not. */
function HeldChip({ held }: { readonly held: HeldKey }) {
  const page = usePage()
  const [showsPublic, setShowsPublic] = useState(false)
  const { signer, form, origin } = held
  const chip = useRef<HTMLDivElement>(null)
  useKeepFocus(chip)
  function forget(): void {
    page.signKey.forget()
    page.say(t.forgot)
  }
  return (
    <div class="held" data-held ref={chip} tabIndex={-1}>
      <p class="held-head">
        <strong>{t.kind(signer.kty, signer.bits, signer.crv)}</strong>
        <span class="held-note">{origin === 'generated' ? t.heldGenerated : t.held}</span>
        {origin === 'generated' ? (
          <button type="button" class="button button-plain" onClick={() => page.show('keys')}>
            {t.saveIt}
          </button>
        ) : null}
      </p>
      <dl class="pairs pairs-tight">
        {signer.kid === signer.thumbprint ? (
          <Fact term={t.facts.kid} value={signer.thumbprint} note={t.facts.kidIsThumbprint} />
        ) : (
          <>
            <Fact term={t.facts.kid} value={signer.kid ?? t.noKid} />
            <Fact term={t.facts.thumbprint} value={signer.thumbprint} />
          </>
        )}
        <Fact term={t.facts.form} value={form} />
        <Fact term={t.facts.alg} value={signer.alg} />
      </dl>
      <div class="buttons">
        <button type="button" class="button button-plain" onClick={() => page.signKey.forget()}>
          {t.replace}
        </button>
        <button
          type="button"
          class="button button-plain"
          aria-expanded={showsPublic}
          onClick={() => setShowsPublic(!showsPublic)}
        >
          {showsPublic ? t.hidePublic : t.publicJwks}
        </button>
        <button type="button" class="button button-quiet" onClick={forget}>
          {t.forget}
        </button>
      </div>
      {showsPublic ? (
        <>
          <Copyable wrap text={JSON.stringify({ keys: [signer.publicKey.jwk] }, undefined, 2)} label={t.publicJwks} />
          <p class="note">{t.publicHelp}</p>
        </>
      ) : null}
    </div>
  )
}

function Fact({ term, value, note }: { readonly term: string; readonly value: string; readonly note?: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        <span class="mono" dir="ltr">
          {value}
        </span>
        {note === undefined ? null : <span class="meaning">{note}</span>}
      </dd>
    </div>
  )
}
