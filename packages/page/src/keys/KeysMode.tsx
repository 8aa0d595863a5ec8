import { Columns } from '../parts/Columns.js'
import { ConvertCard } from './ConvertCard.js'
import { GenerateCard } from './GenerateCard.js'
import { KeySetCard } from './KeySetCard.js'
import { PairCards } from './PairCards.js'

/** Makes keys, writes them in other forms, and looks at key sets. */
export function KeysMode() {
  return (
    <Columns results={<PairCards />}>
      <GenerateCard />
      <ConvertCard />
      <KeySetCard />
    </Columns>
  )
}
