import { PkjwtError, RefusedError, UnavailableError } from '../errors.js'
import type { Algorithm } from '../keys/algorithms.js'
import type { SigningKey } from '../keys/key.js'
import { generateKey, readPrivateKey, writePrivateKey } from '../keys/privateKey.js'
import { readRetryPolicy, type Wait, withAttempts } from './attempts.js'
import { type KeyHome, type RotationPlan, readPlan, writePlan } from './keyHome.js'
import { findKeyRefusal } from './keyProbe.js'
import type { KeyRegister } from './keyRegister.js'
import { waitFor } from './waiting.js'

/** What was just done. A process that ends after any of them goes on there the next time. */
export type RotationStep =
  | 'planned'
  | 'registered'
  | 'accepted'
  | 'replaced'
  | 'switched'
  | 'deactivated'
  | 'removed'
  | 'finished'

/** How a rotation is done; every part has a default in `client.rotateKey()`. */
export interface RotationOptions {
  readonly home: KeyHome
  readonly register: KeyRegister
  /** Proves to the server who the app is, with a key: resolves when it took the key. */
  readonly probe: (key: SigningKey) => Promise<unknown>
  /** Hears of the key that is used from now on. */
  readonly onSwitch?: ((key: SigningKey) => void) | undefined
  /** What the next key signs with. Default as the one before. */
  readonly alg?: Algorithm | undefined
  /** How long the old key still works beside the new one, for everybody who holds it. Default 10. */
  readonly overlapSeconds?: number | undefined
  /** How long the server may take until it accepts the next key. Default 120. */
  readonly probeSecondsMax?: number | undefined
  readonly onStep?: ((step: RotationStep) => void) | undefined
  readonly signal?: AbortSignal | undefined
  readonly clock?: (() => Date) | undefined
  readonly wait?: Wait | undefined
}

/** What became of a rotation. */
export interface Rotated {
  readonly kid: string
  readonly previousKid: string
  /** Somebody else was at it, and this call only waited for the end. */
  readonly byOther: boolean
}

const overlapSecondsDefault = 10
const probeSecondsMaxDefault = 120

/** Behind one address there may be several servers, and the news takes a moment to reach all of them. */
const settleSeconds = 1

interface Work extends RotationOptions {
  readonly overlapSeconds: number
  readonly probeSecondsMax: number
  readonly signal: AbortSignal
  readonly clock: () => Date
  readonly wait: Wait
  step(step: RotationStep): void
}

/**
 * Replaces the key of an app without a pause: makes the next key and saves it, registers it, tries it until the server takes it, puts it in
 * place, keeps the old one for an overlap, deactivates it and removes it. Each step may be repeated, and what is done is seen, so that a
 * process that was killed goes on where it was, and of two at once the second one joins the first.
 *
 * @throws {PkjwtError} `option_invalid` when the key has no `kid`
 * @throws {RefusedError} `refused_by_server` when the server does not take the next key, or its keeper may not change keys
 * @example
 * const { kid, previousKid } = await rotateKey({
 *   home: createKeyFile('private-key.jwk'),
 *   register: createApiRegister(createAppAdmin({ org, fetch: client.fetch }), clientId),
 *   probe: (tried) => createTokenClient({ org, clientId, key: tried, scopes }).token(),
 *   overlapSeconds: 0,
 * })
 * assert.equal(previousKid, key.kid)
 * assert.deepEqual((await server.store.listKeys(clientId)).map((each) => each.kid), [kid])
 */
export async function rotateKey(options: RotationOptions): Promise<Rotated> {
  const work = completeOptions(options)
  const before = await readCurrent(work.home)
  const rotation = await locked(work, () => switchKey(work, before))
  if ('kid' in rotation) return rotation
  const { switchedAt = nowOf(work) } = rotation.plan
  await pause(work, switchedAt + work.overlapSeconds - nowOf(work))
  return locked(work, () => retireKey(work, rotation))
}

function completeOptions(options: RotationOptions): Work {
  const { overlapSeconds = overlapSecondsDefault, probeSecondsMax = probeSecondsMaxDefault, signal, onStep } = options
  if (!(overlapSeconds >= 0) || !(probeSecondsMax > 0)) {
    throw new PkjwtError('option_invalid', 'Cannot rotate the key: a time is no number of seconds above zero')
  }
  return {
    ...options,
    overlapSeconds,
    probeSecondsMax,
    signal: signal ?? new AbortController().signal,
    clock: options.clock ?? (() => new Date()),
    wait: options.wait ?? waitFor,
    step: (step) => onStep?.(step),
  }
}

async function readCurrent(home: KeyHome): Promise<SigningKey> {
  const key = await readPrivateKey(await home.readKey())
  if (key.kid !== undefined) return key
  throw new PkjwtError(
    'option_invalid',
    'Cannot rotate the key: it has no "kid", and while two keys are active none works without',
    {
      hint: 'Write it as a JWK with the "kid" that the server knows it by: pkjwt key convert --format jwk',
    },
  )
}

async function locked<T>({ home, signal }: Work, work: () => Promise<T>): Promise<T> {
  const release = await home.lock(signal)
  try {
    return await work()
  } finally {
    await release()
  }
}

interface Rotation {
  readonly plan: RotationPlan
  /** The plan was another process's, and it had switched already. */
  readonly isJoined: boolean
}

async function switchKey(work: Work, before: SigningKey): Promise<Rotation | Rotated> {
  const { home, register } = work
  const current = await readCurrent(home)
  const saved = readPlan(await home.readPlan())
  if (saved === undefined && current.thumbprint !== before.thumbprint) return rotatedBy(current, before)
  const plan = saved ?? (await makePlan(work, current))
  const next = await readPrivateKey(plan.next)
  if (plan.switchedAt !== undefined) {
    work.onSwitch?.(next)
    return { plan, isJoined: true }
  }
  const isReplaced = current.thumbprint === next.thumbprint
  if (!isReplaced && !isOld(plan, current)) throw strangeKey()
  await surely(work, () => register.publish(next.publicKey.jwk))
  work.step('registered')
  await probeUntilTaken(work, next)
  work.step('accepted')
  // A process that was stopped for longer than its lock is held may find that all of it was done, and more.
  if (readPlan(await home.readPlan())?.next.kid !== plan.next.kid) return rotatedBy(await readCurrent(home), before)
  if (!isReplaced) await home.replaceKey(plan.next)
  work.step('replaced')
  const switched = { ...plan, switchedAt: nowOf(work) }
  await home.savePlan(writePlan(switched))
  work.onSwitch?.(next)
  work.step('switched')
  return { plan: switched, isJoined: false }
}

/** Saved before the server hears of it: a key that is registered and that nobody has is one that nobody can use or explain. */
async function makePlan(work: Work, current: SigningKey): Promise<RotationPlan> {
  const next = await generateKey({
    alg: work.alg ?? current.alg,
    ...(current.kty === 'RSA' ? { bits: Math.max(2048, current.bits) } : {}),
  })
  const plan = { old: current.publicKey.jwk, next: await writePrivateKey(next, 'jwk') }
  await work.home.savePlan(writePlan(plan))
  work.step('planned')
  return plan
}

function isOld({ old }: RotationPlan, { publicKey: { jwk } }: SigningKey): boolean {
  return old.kty === jwk.kty && old.n === jwk.n && old.x === jwk.x && old.y === jwk.y
}

async function retireKey(work: Work, { plan, isJoined }: Rotation): Promise<Rotated> {
  const { home, register } = work
  const rotated = { kid: plan.next.kid ?? '', previousKid: plan.old.kid ?? '', byOther: isJoined }
  const saved = readPlan(await home.readPlan())
  if (saved?.next.kid !== plan.next.kid) return { ...rotated, byOther: true }
  await surely(work, () => register.deactivate(plan.old))
  work.step('deactivated')
  await surely(work, () => register.remove(plan.old))
  work.step('removed')
  await home.savePlan(undefined)
  work.step('finished')
  return rotated
}

function rotatedBy({ kid = '' }: SigningKey, { kid: previousKid = '' }: SigningKey): Rotated {
  return { kid, previousKid, byOther: true }
}

/** Every step may be repeated, so that a network that fails for a moment ends nothing. */
function surely<T>({ signal, wait }: Work, step: () => Promise<T>): Promise<T> {
  const mayPass = ({ code }: UnavailableError) => code !== 'server_answer_invalid'
  return withAttempts(step, { policy: readRetryPolicy(), signal, wait, mayPass, onRetry: () => {} })
}

async function probeUntilTaken(work: Work, key: SigningKey): Promise<void> {
  const pauses = [0.1, 0.2, 0.5, 1, 2]
  let waited = 0
  for (let tries = 0; ; tries += 1) {
    const refusal = await findKeyRefusal(work.probe, key)
    if (refusal === undefined) break
    const seconds = pauses[Math.min(tries, pauses.length - 1)] ?? 2
    if (waited + seconds > work.probeSecondsMax) throw notTaken(refusal, work)
    await pause(work, seconds)
    waited += seconds
  }
  await pause(work, settleSeconds)
  const refusal = await findKeyRefusal(work.probe, key)
  if (refusal !== undefined) throw notTaken(refusal, work)
}

function notTaken(cause: RefusedError | UnavailableError, { probeSecondsMax }: Work): RefusedError | UnavailableError {
  const message = `Cannot switch to the next key: within ${probeSecondsMax} seconds the server did not take it (${cause.message})`
  const hint = 'Nothing was switched, and the old key still works; run it again to go on'
  if (cause instanceof UnavailableError) return new UnavailableError(cause.code, message, { hint, cause })
  const { status, error, error_description: errorDescription, requestId, findings } = cause
  return new RefusedError('server', message, { status, error, errorDescription, requestId, findings, hint, cause })
}

function strangeKey(): PkjwtError {
  return new PkjwtError(
    'config_invalid',
    'Cannot go on with the rotation that was begun: the key in place is neither the old one nor the next one',
    { hint: 'Put the old key back, or remove what was saved of the rotation and begin anew' },
  )
}

async function pause({ wait, signal }: Work, seconds: number): Promise<void> {
  if (seconds > 0) await wait(seconds * 1000, signal)
}

function nowOf({ clock }: Work): number {
  return clock().getTime() / 1000
}
