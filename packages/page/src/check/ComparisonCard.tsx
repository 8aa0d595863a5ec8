import { useStore } from '../model/useStore.js'
import { Card } from '../parts/Card.js'
import { usePage } from '../parts/context.js'
import { Icon } from '../parts/Icon.js'
import { texts } from '../texts.js'
import type { ComparedMember } from './compare.js'

const t = texts.check

/** Two tokens, member by member. */
export function ComparisonCard() {
  const { checking } = usePage()
  const comparison = useStore(checking.outcome, (outcome) => outcome.comparison)
  if (comparison === undefined) return null
  const differing = comparison.filter(({ same }) => !same).length
  return (
    <Card title={t.comparison}>
      {differing === 0 ? (
        <p class="all-good">
          <Icon name="good" />
          <span>{t.allSame}</span>
        </p>
      ) : null}
      <table class="members comparison" aria-label={t.comparison}>
        <thead>
          <tr>
            <th scope="col">{t.member}</th>
            <th scope="col">{t.first}</th>
            <th scope="col">{t.secondShort}</th>
          </tr>
        </thead>
        <tbody>
          {comparison.map((member) => (
            <Row key={`${member.part} ${member.name}`} member={member} />
          ))}
        </tbody>
      </table>
    </Card>
  )
}

function Row({ member: { part, name, first, second, same } }: { readonly member: ComparedMember }) {
  return (
    <tr class={same ? undefined : 'differs'} data-same={same}>
      <th scope="row">
        <span class="mono" dir="ltr">
          {name}
        </span>
        <span class="meaning">
          {part === 'header' ? texts.common.header : texts.common.claims} · {same ? t.same : t.differs}
        </span>
      </th>
      <td class="mono" dir="ltr">
        {written(first)}
      </td>
      <td class="mono" dir="ltr">
        {written(second)}
      </td>
    </tr>
  )
}

function written(value: unknown): string {
  if (value === undefined) return t.missing
  return typeof value === 'string' ? value : JSON.stringify(value)
}
