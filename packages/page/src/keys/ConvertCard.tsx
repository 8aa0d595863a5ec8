import { KeyStates } from '../key/KeyStates.js'
import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { usePage } from '../parts/context.js'
import { texts } from '../texts.js'

const t = texts.keys

/** Takes a key in any form; it appears on the bench in every other one. */
export function ConvertCard() {
  const { workshop, say } = usePage()
  // A new box for every key that was read: nothing of the last one stays in it.
  const held = useStore(workshop.box.state, ({ box }) => (box.is === 'held' ? box.held : undefined))
  return (
    <Card title={t.convertTitle} number={2}>
      <KeyStates
        key={held === undefined ? 'box' : 'next'}
        box={workshop.box}
        label={t.convert}
        hint={t.convertHint}
        name="convert"
        onInput={async (input) => {
          const isRead = await workshop.box.read(input)
          if (isRead) say(t.read)
          return isRead
        }}
      />
    </Card>
  )
}
