import { Card } from '../parts/Card.js'
import { Copyable } from '../parts/Copyable.js'
import { writeApiCall } from '../snippets/snippets.js'
import { texts } from '../texts.js'
import type { PreparedRequest } from './answer.js'

/** What to do with the token once it is there. */
export function NextCard({ request }: { readonly request: PreparedRequest }) {
  return (
    <Card title={texts.request.nextTitle}>
      <p class="note">{texts.request.nextText}</p>
      <Copyable text={writeApiCall(request.url)} label={texts.request.nextCall} />
    </Card>
  )
}
