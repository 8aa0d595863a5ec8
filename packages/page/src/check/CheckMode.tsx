import { Columns } from '../parts/Columns.js'
import { CheckInputCard } from './CheckInputCard.js'
import { CheckKeysCard } from './CheckKeysCard.js'
import { ComparisonCard } from './ComparisonCard.js'
import { ExpectCard } from './ExpectCard.js'
import { ResultCard } from './ResultCard.js'

/** A text goes in, an explanation comes out. */
export function CheckMode() {
  return (
    <Columns
      results={
        <>
          <ResultCard />
          <ComparisonCard />
        </>
      }
    >
      <CheckInputCard />
      <CheckKeysCard />
      <ExpectCard />
    </Columns>
  )
}
