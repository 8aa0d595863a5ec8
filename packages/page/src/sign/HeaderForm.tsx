import { isAlgorithm } from 'pkjwt/keys'
import { withAlgorithm } from '../key/holding.js'
import { useStore } from '../model/useStore.js'
import { Select } from '../parts/Choice.js'
import { usePage } from '../parts/context.js'
import { TextField } from '../parts/Field.js'
import { texts } from '../texts.js'
import { Extras } from './Extras.js'

const t = texts.sign

/** The header: it follows from the key, and can be changed by those who test. */
export function HeaderForm() {
  const { signing, signKey } = usePage()
  const form = useStore(signing.form)
  const header = useStore(signing.state, (state) => state.draft.assertion?.header)
  const held = useStore(signKey.state, ({ box }) => (box.is === 'held' ? box.held : undefined))
  const algorithms = [...(held?.handles.keys() ?? [])]
  const set = signing.form.set
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return (
    <details class="header-form">
      <summary>{t.headerTitle}</summary>
      {held !== undefined && algorithms.length > 1 ? (
        <Select
          label={t.alg}
          options={algorithms.map((alg) => [alg, alg])}
          value={held.signer.alg}
          onValue={(alg) => {
            if (isAlgorithm(alg)) signKey.hold(withAlgorithm(held, alg))
          }}
        />
      ) : (
        <p class="fixed">
          <span>{t.alg}</span> <span class="mono">{held?.signer.alg ?? '—'}</span>
          <span class="meaning">{t.algFixed}</span>
        </p>
      )}
      <TextField
        label={t.kid}
        name="kid"
        mono
        hint={t.kidHint}
        value={form.kid ?? text(held?.signer.kid)}
        onText={(kid) => set({ kid })}
      />
      <TextField
        label={t.typ}
        name="typ"
        mono
        value={form.typ ?? text(header?.['typ'] ?? 'JWT')}
        onText={(typ) => set({ typ })}
      />
      <Extras extras={form.headerExtras} onExtras={(headerExtras) => set({ headerExtras })} addLabel={t.addMember} />
    </details>
  )
}
