import type { ProfileName } from 'pkjwt/profiles'
import { pastedCharactersMax } from 'pkjwt/protocol'
import type { HeldKey } from '../key/holding.js'
import { createStore, type Store } from '../model/store.js'
import { type CheckInput, type CheckResult, check, readText } from './check.js'
import { type ComparedMember, compare } from './compare.js'
import { type PublicKeysState, readKeysToCheck } from './publicKeys.js'

/** What stands in the mode Check. */
export interface CheckForm {
  readonly text: string
  readonly secondOpen: boolean
  readonly second: string
  readonly profile: ProfileName
  /** The organisation, or for other servers than Okta's the audience. */
  readonly org: string
  readonly clientId: string
  readonly keys: PublicKeysState
}

/** What came out. */
export interface CheckOutcome {
  readonly result: CheckResult | undefined
  /** The keys that were tried are the one that Sign holds, and not some that were given here. */
  readonly withSignKey: boolean
  readonly comparison: readonly ComparedMember[] | undefined
}

/** The mode Check: texts in, an explanation out. */
export interface Checking {
  readonly form: Store<CheckForm>
  readonly outcome: Store<CheckOutcome>
  readKeys(input: string | Uint8Array): Promise<boolean>
  forgetKeys(): void
  refresh(): void
}

/** Longer texts are none of the things that can be explained here. */
export const checkCharactersMax = pastedCharactersMax

const pauseMilliseconds = 120

/** Creates the mode Check; where no keys are given, the one that Sign holds is tried. */
export function createChecking(signKeyNow: () => HeldKey | undefined): Checking {
  const form = createStore<CheckForm>({
    text: '',
    secondOpen: false,
    second: '',
    profile: 'okta',
    org: '',
    clientId: '',
    keys: { is: 'empty' },
  })
  const outcome = createStore<CheckOutcome>({ result: undefined, withSignKey: false, comparison: undefined })
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  async function run(): Promise<void> {
    const mine = ++turn
    const { text, second, secondOpen } = form.get()
    if (text.trim() === '') {
      outcome.set({ result: undefined, withSignKey: false, comparison: undefined })
      return
    }
    const other = secondOpen ? second : ''
    const [result, withSignKey] = await checkWithKeys(inputOf(form.get(), other), form.get().keys, signKeyNow())
    if (mine === turn) outcome.set({ result, withSignKey, comparison: compare(text, other) })
  }

  function refresh(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void run(), pauseMilliseconds)
  }

  form.subscribe(refresh)
  return {
    form,
    outcome,
    refresh,
    async readKeys(input) {
      const keys = await readKeysToCheck(input)
      form.set({ keys })
      return keys.is === 'held'
    },
    forgetKeys: () => form.set({ keys: { is: 'empty' } }),
  }
}

/** Token and answer belong together, whichever of the two was pasted first. */
function inputOf({ text, org, clientId, profile }: CheckForm, second: string): CheckInput {
  const isAnswerFirst = readText(text).kind === 'answer' && readText(second).token !== undefined
  const [main, other] = isAnswerFirst ? [second, text] : [text, second]
  return {
    text: main,
    response: readText(other).kind === 'answer' ? other : undefined,
    keys: undefined,
    expected: { profile, clientId: clientId.trim() || undefined, ...audienceOf(org.trim(), profile) },
    now: new Date(),
  }
}

function audienceOf(text: string, profile: ProfileName): Pick<CheckInput['expected'], 'org' | 'audience'> {
  if (text === '') return {}
  return profile === 'okta' ? { org: text } : { audience: text }
}

async function checkWithKeys(
  input: CheckInput,
  given: PublicKeysState,
  signKey: HeldKey | undefined,
): Promise<[result: CheckResult, withSignKey: boolean]> {
  if (given.is === 'held') return [await check({ ...input, keys: given.keys }), false]
  if (signKey === undefined) return [await check(input), false]
  const result = await check({ ...input, keys: { keys: [signKey.signer.publicKey] } })
  // Nobody said that this key has to fit, so when it does not, that is no fault of the token.
  return result.signedBy === undefined ? [await check(input), false] : [result, true]
}
