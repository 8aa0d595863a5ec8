import type { KeySet, PrivateKeyFormat, PublicKeyFormat, SigningKey } from 'pkjwt/keys'
import { useEffect, useState } from 'preact/hooks'
import { holdGenerated } from '../key/holding.js'
import { useStore } from '../model/useStore.js'
import { saveText } from '../parts/actions.js'
import { Card } from '../parts/Card.js'
import { Choice } from '../parts/Choice.js'
import { Copyable } from '../parts/Copyable.js'
import { usePage } from '../parts/context.js'
import { TextField } from '../parts/Field.js'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'
import { privateFormatsOf, privateText, publicText } from './workshop.js'

const t = texts.keys

/** What lies on the bench: the private half and the public one, apart from each other. */
export function PairCards() {
  const { workshop } = usePage()
  const bench = useStore(workshop.box.state, ({ box }) => (box.is === 'held' ? box.held : undefined))
  if (bench === undefined) {
    return (
      <Card title={t.benchTitle}>
        <div class="nothing">
          <p class="nothing-title">{t.empty}</p>
          <p>{t.emptyText}</p>
        </div>
      </Card>
    )
  }
  if (bench.is === 'public') {
    return (
      <>
        <PublicCard keys={bench.keys} />
        <p class="quiet">{t.publicOnly}</p>
      </>
    )
  }
  return (
    <>
      <PrivateCard key={bench.key.thumbprint} signer={bench.key} />
      <PublicCard keys={bench.key} />
    </>
  )
}

/** A text that is written when it is asked for, and forgotten when it is not. */
function useWritten(write: (() => Promise<string>) | undefined, reason: readonly unknown[]): string | undefined {
  const [written, setWritten] = useState<string>()
  useEffect(() => {
    setWritten(undefined)
    let isWanted = true
    void write?.().then((text) => isWanted && setWritten(text))
    return () => {
      isWanted = false
    }
  }, reason)
  return write === undefined ? undefined : written
}

const publicFormats = ['jwk', 'jwks', 'spki'] as const

function PublicCard({ keys }: { readonly keys: SigningKey | KeySet }) {
  const isSet = 'keys' in keys && keys.keys.length !== 1
  const [format, setFormat] = useState<PublicKeyFormat>('jwk')
  const usable = isSet && format === 'jwk' ? 'jwks' : format
  const text = useWritten(() => publicText(keys, usable), [keys, usable])
  const file = usable === 'spki' ? 'public-key.pem' : `public-key.${usable}`
  return (
    <Card title={t.publicTitle}>
      <Choice
        label={t.format}
        options={publicFormats.filter((each) => !(isSet && each === 'jwk')).map((each) => [each, t.formats[each]])}
        value={usable}
        onValue={setFormat}
      />
      <Copyable wrap text={text ?? ''} label={t.publicText}>
        <button
          type="button"
          class="button button-plain"
          disabled={text === undefined}
          onClick={() => text !== undefined && saveText(file, text)}
        >
          {texts.common.download}
        </button>
      </Copyable>
      <p class="note">{texts.key.publicHelp}</p>
    </Card>
  )
}

function PrivateCard({ signer }: { readonly signer: SigningKey }) {
  const page = usePage()
  const [format, setFormat] = useState<PrivateKeyFormat>('jwk')
  const [passphrase, setPassphrase] = useState('')
  const [isShown, setShown] = useState(false)
  const text = useWritten(isShown ? () => privateText(signer, format, passphrase) : undefined, [
    signer,
    format,
    passphrase,
    isShown,
  ])
  const isHeld = useStore(page.signKey.state, ({ box }) => box.is === 'held' && box.held.signer.thumbprint === signer.thumbprint)
  async function save(): Promise<void> {
    const name = format === 'jwk' ? 'private-key.jwk' : 'private-key.pem'
    saveText(name, await privateText(signer, format, passphrase))
    page.say(texts.common.downloaded(name))
  }
  async function use(): Promise<void> {
    if (await page.signKey.make(() => holdGenerated(signer))) page.say(t.inSign)
    page.show('sign')
  }
  return (
    <Card title={t.privateTitle} tone="secret" aside={<p class="kind">{texts.key.kind(signer.kty, signer.bits, signer.crv)}</p>}>
      <p class="secret-warning">
        <Icon name="lock" />
        <span>{t.privateWarning}</span>
      </p>
      <Choice
        label={t.format}
        options={privateFormatsOf(signer).map((each) => [each, t.formats[each]])}
        value={format}
        onValue={setFormat}
      />
      {format === 'pkcs8' ? (
        <TextField
          label={t.passphrase}
          optional={texts.common.optional}
          name="new-passphrase"
          type="password"
          value={passphrase}
          hint={t.passphraseHint}
          onText={setPassphrase}
        />
      ) : null}
      {text === undefined ? <p class="quiet">{t.hidden}</p> : <Copyable wrap isPrivate text={text} label={t.privateText} />}
      <div class="buttons">
        <button type="button" class="button button-main" onClick={() => void save()}>
          {texts.common.download}
        </button>
        <button type="button" class="button button-plain" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? t.hide : t.reveal}
        </button>
        <button type="button" class="button button-plain" onClick={() => void use()}>
          {t.useInSign}
        </button>
        <button type="button" class="button button-quiet" onClick={() => page.workshop.box.forget()}>
          {t.putAway}
        </button>
        {isHeld ? <span class="meaning-inline">{t.inSign}</span> : null}
      </div>
    </Card>
  )
}
