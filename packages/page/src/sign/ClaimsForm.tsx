import type { ComponentChildren } from 'preact'
import { epochSeconds, localDateTime } from '../model/time.js'
import { useStore } from '../model/useStore.js'
import { usePage } from '../parts/context.js'
import { quiet } from '../parts/Field.js'
import { texts } from '../texts.js'
import { Extras } from './Extras.js'
import { iatOffsetDefault, type SignForm, type TokenIdMode } from './form.js'

const t = texts.sign

/** The claims as fields: times are told from now, and their numbers stand beside. */
export function ClaimsForm() {
  const { signing } = usePage()
  const form = useStore(signing.form)
  const claims = useStore(signing.state, (state) => state.draft.assertion?.claims)
  const audience = useStore(signing.state, (state) => state.draft.destination.audience)
  const set = signing.form.set
  const shown = (name: string, otherwise: string | undefined) => {
    const value = claims?.[name] ?? otherwise
    return value === undefined || value === '' ? undefined : String(value)
  }
  return (
    <>
      <table class="claims">
        <thead class="unseen">
          <tr>
            <th scope="col">{texts.common.claim}</th>
            <th scope="col">{texts.common.value}</th>
          </tr>
        </thead>
        <tbody>
          <Derived name="iss" value={shown('iss', form.clientId.trim())} />
          <Derived name="sub" value={shown('sub', form.clientId.trim())} />
          <Derived name="aud" value={shown('aud', audience)} />
          <Time name="iat" offset={form.iatOffset} whenPutIn={iatOffsetDefault} onOffset={(iatOffset) => set({ iatOffset })} />
          <Time name="exp" offset={form.lifetimeSeconds} onOffset={(value) => set({ lifetimeSeconds: value ?? 1 })} />
          <Time name="nbf" offset={form.nbfOffset} whenPutIn={0} onOffset={(nbfOffset) => set({ nbfOffset })} />
          <TokenId form={form} set={set} value={shown('jti', undefined)} />
        </tbody>
      </table>
      <Extras extras={form.extras} onExtras={(extras) => set({ extras })} addLabel={t.addClaim} />
    </>
  )
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <tr>
      <th scope="row" class="mono" dir="ltr">
        {name}
      </th>
      <td>{children}</td>
    </tr>
  )
}

function Derived({ name, value }: { readonly name: string; readonly value: string | undefined }) {
  return (
    <Row name={name}>
      {value === undefined ? (
        <span class="unset">{texts.common.unset}</span>
      ) : (
        <span class="mono" dir="ltr">
          {value}
        </span>
      )}
      <span class="meaning">
        {t.meanings[name]} · {t.fromAbove}
      </span>
    </Row>
  )
}

interface TimeProps {
  readonly name: string
  readonly offset: number | undefined
  /** The offset that the claim gets when it is put in; without it, it cannot be left out. */
  readonly whenPutIn?: number
  readonly onOffset: (offset: number | undefined) => void
}

function Time({ name, offset, whenPutIn, onOffset }: TimeProps) {
  if (offset === undefined) {
    return (
      <Row name={name}>
        <div class="row-line">
          <span class="unset">{texts.common.unset}</span>
          <button
            type="button"
            class="button button-small"
            aria-label={`${t.putIn}: ${name}`}
            onClick={() => onOffset(whenPutIn)}
          >
            {t.putIn}
          </button>
        </div>
        <span class="meaning">{t.meanings[name]}</span>
      </Row>
    )
  }
  const moment = new Date(Date.now() + offset * 1000)
  return (
    <Row name={name}>
      <div class="row-line">
        <input
          type="number"
          name={name}
          class="mono short"
          step={1}
          value={offset}
          aria-label={`${name}, ${t.secondsFromNow}`}
          onInput={({ currentTarget }) => {
            const value = currentTarget.valueAsNumber
            if (Number.isSafeInteger(value) && Math.abs(value) < 1e10) onOffset(value)
          }}
        />
        <span>{t.secondsFromNow}</span>
        {whenPutIn === undefined ? null : (
          <button
            type="button"
            class="button button-small"
            aria-label={`${t.leaveOut}: ${name}`}
            onClick={() => onOffset(undefined)}
          >
            {t.leaveOut}
          </button>
        )}
      </div>
      <span class="meaning">
        <span class="mono">{epochSeconds(moment)}</span> · {localDateTime(moment)} · {t.meanings[name]}
      </span>
    </Row>
  )
}

interface TokenIdProps {
  readonly form: SignForm
  readonly set: (changes: Partial<SignForm>) => void
  readonly value: string | undefined
}

function TokenId({ form, set, value }: TokenIdProps) {
  function choose(mode: TokenIdMode): void {
    set({ jtiMode: mode, ...(mode === 'held' && form.jti === '' ? { jti: value ?? crypto.randomUUID() } : {}) })
  }
  return (
    <Row name="jti">
      <div class="row-line">
        <select aria-label={t.jtiMode} value={form.jtiMode} onChange={({ currentTarget }) => choose(modeOf(currentTarget.value))}>
          {tokenIdModes.map((mode) => (
            <option key={mode} value={mode}>
              {t.jtiModes[mode]}
            </option>
          ))}
        </select>
      </div>
      {form.jtiMode === 'held' ? (
        <input
          type="text"
          name="jti"
          dir="ltr"
          class="mono"
          aria-label={t.jtiValue}
          value={form.jti}
          onInput={({ currentTarget }) => set({ jti: currentTarget.value })}
          {...quiet}
        />
      ) : null}
      <span class="meaning">{t.meanings['jti']}</span>
    </Row>
  )
}

const tokenIdModes = ['fresh', 'held', 'none'] as const

function modeOf(value: string): TokenIdMode {
  return tokenIdModes.find((mode) => mode === value) ?? 'fresh'
}
