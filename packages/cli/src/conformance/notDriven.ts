import type { ServerRuleId } from 'pkjwt/rules'

/** Rules that one registered client cannot make a server break, and why. */
export interface NotDriven {
  readonly rules: readonly ServerRuleId[]
  readonly why: string
}

/** What the kit leaves to tests inside the server. */
export const notDriven: readonly NotDriven[] = [
  {
    rules: ['client-inactive', 'client-type', 'client-method'],
    why: 'they need a client that is deactivated, or registered for something else',
  },
  {
    rules: ['keys-missing', 'keys-unavailable', 'keys-empty', 'keys-ambiguous', 'key-inactive', 'key-use', 'key-ops'],
    why: 'they need a client whose registered keys are absent, out of reach or for another use',
  },
  {
    rules: ['kid-missing', 'kid-absent'],
    why: 'whether a "kid" may be left out depends on how many keys the client has, which only the server knows',
  },
  { rules: ['exp-near-limit', 'header-key', 'scope-narrowed'], why: 'the server accepts these, and the client is warned' },
  { rules: ['signature-hmac'], why: 'a server refuses by "alg" before it looks at such a signature' },
  { rules: ['exp-forgotten'], why: 'it needs a server whose clock is set back' },
  { rules: ['client-id-missing', 'scope-not-default'], why: 'only one vendor asks for it, and nobody else runs its servers' },
  { rules: ['scope-default-missing'], why: 'only a custom authorization server has default scopes' },
]
