import { isAlgorithm } from 'pkjwt/keys'
import { Select } from '../../parts/Choice.js'
import { texts } from '../../texts.js'
import type { Kind } from './makeKey.js'

/** Kinds that a service app of Okta can have. */
const kinds = Object.entries(texts.keys.algs).filter(([value]) => !value.startsWith('EdDSA'))

/** The kind of a key that is going to be made. */
export function KeyKind({ kind, onKind }: { readonly kind: Kind; readonly onKind: (kind: Kind) => void }) {
  return (
    <Select
      label={texts.admin.slot.kind}
      options={kinds}
      value={`${kind.alg} ${kind.bits}`}
      onValue={(value) => {
        const [alg, bits] = value.split(' ')
        if (isAlgorithm(alg)) onKind({ alg, bits: Number(bits) })
      }}
    />
  )
}
