import { Columns } from '../parts/Columns.js'
import { AssertionCard } from './AssertionCard.js'
import { ChecksCard } from './ChecksCard.js'
import { ClaimsCard } from './ClaimsCard.js'
import { KeyCard } from './KeyCard.js'
import { UseCard } from './UseCard.js'
import { WhoCard } from './WhoCard.js'

/** From an organisation, a client id and a key to an assertion. */
export function SignMode() {
  return (
    <Columns
      results={
        <>
          <AssertionCard />
          <ChecksCard />
          <UseCard />
        </>
      }
    >
      <WhoCard />
      <KeyCard />
      <ClaimsCard />
    </Columns>
  )
}
