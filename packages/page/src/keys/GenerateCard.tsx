import { isAlgorithm } from 'pkjwt/keys'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { Choice, Select } from '../parts/Choice.js'
import { usePage } from '../parts/context.js'
import { TextField } from '../parts/Field.js'
import { texts } from '../texts.js'

const t = texts.keys

/** Makes a key pair. The browser does the work off this thread, so that typing stays smooth meanwhile. */
export function GenerateCard() {
  const { workshop, say } = usePage()
  const choice = useStore(workshop.choice)
  const busy = useStore(workshop.box.state, ({ box }) => box.is === 'reading')
  const set = workshop.choice.set
  async function generate(): Promise<void> {
    if (await workshop.generate(new Date())) say(t.generated)
  }
  return (
    <Card title={t.generateTitle} number={1}>
      <Select
        label={t.alg}
        options={Object.entries(t.algs)}
        value={`${choice.alg} ${choice.alg.startsWith('RS') ? choice.bits : 0}`}
        onValue={(value) => {
          const [alg, bits] = value.split(' ')
          if (isAlgorithm(alg)) set({ alg, bits: Number(bits) || 2048 })
        }}
      />
      <p class="note">{t.algHint}</p>
      <Choice
        label={t.kid}
        options={(['thumbprint', 'date', 'own'] as const).map((each) => [each, t.kidChoices[each]])}
        value={choice.kidChoice}
        onValue={(kidChoice) => set({ kidChoice })}
      />
      {choice.kidChoice === 'own' ? (
        <TextField label={t.ownKid} name="own-kid" mono value={choice.kid} onText={(kid) => set({ kid })} />
      ) : null}
      <div class="buttons">
        <button type="button" id="generate-key" class="button button-main" disabled={busy} onClick={() => void generate()}>
          {t.generate}
        </button>
        {busy ? <span class="busy">{t.busy}</span> : null}
      </div>
    </Card>
  )
}
