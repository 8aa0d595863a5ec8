import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { Card } from '../../parts/Card.js'
import { Icon } from '../../parts/Icon.js'
import { useKeepFocus } from '../../parts/keepFocus.js'
import { texts } from '../../texts.js'
import type { RotateProps } from '../adminProps.js'
import { RotateStep } from './RotateStep.js'
import { type RotationStep, rotationSteps } from './rotation.js'
import { useRotation } from './useRotation.js'

const t = texts.admin.rotate

/** Replaces a key step by step. Each says what it does, and nothing is done that was not asked for. */
export function RotateCard(props: RotateProps) {
  const { view, oldId, keys } = props
  const rotation = useRotation(props)
  const old = keys.value?.find(({ id }) => id === oldId)
  const close = () => view.place.set({ rotatingId: undefined })
  const now = rotation.step === 'done' ? rotationSteps.length : rotationSteps.indexOf(rotation.step)
  return (
    <Card
      name="rotate"
      title={t.title}
      aside={
        <button type="button" class="button button-quiet" onClick={close}>
          {rotation.step === 'done' ? t.close : t.later}
        </button>
      }
    >
      {rotation.step === 'done' ? (
        <div class="verdict verdict-good" data-rotation="done">
          <Icon name="good" />
          <div class="verdict-words">
            <p class="verdict-title">{t.done}</p>
            <p>{t.doneText}</p>
          </div>
        </div>
      ) : (
        <>
          <p class="note">{t.text}</p>
          <dl class="pairs pairs-tight">
            <Name term={t.old} kid={old?.kid ?? texts.admin.keys.noKid} />
            {rotation.next?.kid === undefined ? null : <Name term={t.next} kid={rotation.next.kid} />}
          </dl>
          <ol class="steps" data-rotation={rotation.step}>
            {rotationSteps.map((step, index) => (
              <Step key={step} step={step} state={index < now ? 'done' : index === now ? 'now' : 'later'}>
                <RotateStep step={step} rotation={rotation} {...props} />
              </Step>
            ))}
          </ol>
        </>
      )}
    </Card>
  )
}

function Name({ term, kid }: { readonly term: string; readonly kid: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd class="mono" dir="ltr">
        {kid}
      </dd>
    </div>
  )
}

interface StepProps {
  readonly step: RotationStep
  readonly state: 'done' | 'now' | 'later'
  readonly children: ComponentChildren
}

function Step({ step, state, children }: StepProps) {
  return (
    <li class={`step step-${state}`} aria-current={state === 'now' ? 'step' : undefined}>
      <p class="step-name">
        {t.steps[step]} <span class="unseen">({t.states[state]})</span>
      </p>
      {state === 'now' ? <Now>{children}</Now> : null}
    </li>
  )
}

/** What comes now. Whoever did the step before it goes on here. */
function Now({ children }: { readonly children: ComponentChildren }) {
  const content = useRef<HTMLDivElement>(null)
  useKeepFocus(content)
  return (
    <div class="stack" ref={content} tabIndex={-1}>
      {children}
    </div>
  )
}
