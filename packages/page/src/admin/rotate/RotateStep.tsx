import type { ComponentChildren } from 'preact'
import { ago } from '../../model/time.js'
import { ConfirmButton } from '../../parts/ConfirmButton.js'
import { Icon } from '../../parts/Icon.js'
import { texts } from '../../texts.js'
import type { RotateProps } from '../adminProps.js'
import { Failure } from '../Failure.js'
import { KeySlot } from '../keys/KeySlot.js'
import type { AppKey } from '../keys/keyAge.js'
import { keyFileName } from '../keys/keyFile.js'
import { kindDefault, kindLike } from '../keys/makeKey.js'
import { type RotationStep, successorsOf } from './rotation.js'
import type { Rotation } from './useRotation.js'

const t = texts.admin.rotate

export interface RotateStepProps extends RotateProps {
  readonly rotation: Rotation
}

/** The step that comes now: what it does, and the button that does it. */
export function RotateStep({ step, ...props }: RotateStepProps & { readonly step: RotationStep }) {
  const Content = contents[step]
  return (
    <>
      <Content {...props} />
      <Failure error={props.rotation.action.failure} whoMay={texts.admin.keys.whoMayChange} />
    </>
  )
}

const contents = {
  make: MakeNext,
  register: RegisterNext,
  try: TryNext,
  switch: Switch,
  deactivate: DeactivateOld,
  delete: DeleteOld,
} as const

function MakeNext({ rotation, app, keys }: RotateStepProps) {
  const { old, slot, next } = rotation
  const [later] = old === undefined ? [] : successorsOf(old, keys.value ?? [])
  return (
    <>
      <p>{t.make}</p>
      {later?.created === undefined ? null : (
        <Note>{t.resume(later.kid ?? texts.admin.keys.noKid, ago(later.created, new Date()))}</Note>
      )}
      {next === undefined ? null : <Note isWarning>{t.same}</Note>}
      <KeySlot slot={slot} clientId={app.id} mustSign kind={old === undefined ? kindDefault : kindLike(old.wire)} />
    </>
  )
}

function RegisterNext({ rotation, app }: RotateStepProps) {
  return (
    <>
      <KeySlot slot={rotation.slot} clientId={app.id} mustSign kind={kindDefault} />
      <p>{t.register}</p>
      <Go label={t.registerGo} onGo={rotation.register} />
    </>
  )
}

function TryNext({ rotation }: RotateStepProps) {
  return (
    <>
      <p>{t.try}</p>
      <Go label={t.tryGo} onGo={rotation.tryNext}>
        {rotation.tries > 0 ? <span class="busy">{t.trying(rotation.tries)}</span> : null}
      </Go>
    </>
  )
}

function Switch({ rotation, app, keys }: RotateStepProps) {
  const { nextKey, isOwn } = rotation
  return (
    <>
      <p>{t.switch(nextKey === undefined ? t.theFile : keyFileName(nextKey, app.id))}</p>
      {isOwn ? <Note>{t.switchOwn}</Note> : null}
      <Seen rotation={rotation} />
      <Go label={t.switchGo} onGo={rotation.markSwitched}>
        <LookAgain keys={keys} />
      </Go>
    </>
  )
}

function DeactivateOld({ rotation, keys }: RotateStepProps) {
  const { old, nextAtServer } = rotation
  const isStillUsed = isSince(old?.lastUsed, nextAtServer?.created)
  return (
    <>
      <p>{t.deactivate}</p>
      {isStillUsed && old?.lastUsed !== undefined ? (
        <Note isWarning>{t.stillUsed(ago(old.lastUsed, new Date()))}</Note>
      ) : (
        <Seen rotation={rotation} />
      )}
      <Go label={isStillUsed ? t.deactivateAnyway : t.deactivateGo} onGo={() => rotation.setOldStatus('INACTIVE')}>
        <LookAgain keys={keys} />
      </Go>
    </>
  )
}

function DeleteOld({ rotation }: RotateStepProps) {
  return (
    <>
      <p>{t.delete}</p>
      <div class="buttons">
        <ConfirmButton label={t.deleteGo} question={t.deleteAsk} onConfirm={() => void rotation.removeOld()} />
        <button type="button" class="button button-plain" onClick={() => void rotation.setOldStatus('ACTIVE')}>
          {t.takeBack}
        </button>
      </div>
    </>
  )
}

interface GoProps {
  readonly label: string
  readonly onGo: () => Promise<void>
  readonly children?: ComponentChildren
}

function Go({ label, onGo, children }: GoProps) {
  return (
    <div class="buttons">
      <button type="button" class="button button-main" onClick={() => void onGo()}>
        {label}
      </button>
      {children}
    </div>
  )
}

function LookAgain({ keys }: Pick<RotateProps, 'keys'>) {
  return (
    <button type="button" class="button button-plain" onClick={() => void keys.reload()}>
      {t.lookAgain}
    </button>
  )
}

/** When either key was last used, to the minute. */
function Seen({ rotation: { old, nextAtServer } }: { readonly rotation: Rotation }) {
  const now = new Date()
  return <p class="quiet">{t.seen(used(old, now), used(nextAtServer, now))}</p>
}

function used(key: AppKey | undefined, now: Date): string {
  return key?.lastUsed === undefined ? texts.admin.keys.neverUsed : texts.admin.keys.lastUsed(ago(key.lastUsed, now))
}

/** The server tells whole seconds: what was in the same one may have been after. */
function isSince(one: Date | undefined, other: Date | undefined): boolean {
  return one !== undefined && other !== undefined && one >= other
}

function Note({ isWarning = false, children }: { readonly isWarning?: boolean; readonly children: ComponentChildren }) {
  return (
    <p class={`note ${isWarning ? 'note-warning' : ''}`}>
      <Icon name={isWarning ? 'warning' : 'info'} />
      <span>{children}</span>
    </p>
  )
}
