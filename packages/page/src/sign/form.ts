import { type ProfileName, profileNames, profiles } from 'pkjwt/profiles'
import { backdatedSeconds } from 'pkjwt/protocol'
import { lifetimeSecondsDefault } from 'pkjwt/rules'

/** Whose token endpoint is asked: Okta's organisation server, one of its custom servers, or another product's. */
export type Provider = 'okta' | 'okta-custom' | 'other'

/** A profile of another provider than Okta. */
export type OtherProfileName = Exclude<ProfileName, 'okta'>

/** Those profiles, to choose from. */
export const otherProfileNames = profileNames.filter((name): name is OtherProfileName => name !== 'okta')

/** What becomes of `jti`: new with every signing, the one that is written there, or none. */
export type TokenIdMode = 'fresh' | 'held' | 'none'

/** A member that somebody added: its value is JSON, or plain text that stands for itself. */
export interface Extra {
  readonly id: number
  readonly name: string
  readonly text: string
}

/** Everything that the mode Sign asks for, but the key. */
export interface SignForm {
  readonly provider: Provider
  readonly domain: string
  readonly serverId: string
  /** The token endpoint of another provider. */
  readonly endpoint: string
  /** `aud`, where it is not to follow from the endpoint. */
  readonly audience: string
  /** The rules for another provider. */
  readonly rules: OtherProfileName
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly lifetimeSeconds: number
  /** Seconds from the moment of signing; undefined leaves the claim out. */
  readonly iatOffset: number | undefined
  readonly nbfOffset: number | undefined
  readonly jtiMode: TokenIdMode
  readonly jti: string
  readonly extras: readonly Extra[]
  readonly kid: string | undefined
  readonly typ: string | undefined
  readonly headerExtras: readonly Extra[]
  readonly view: 'form' | 'json'
  /** The raw payload, which counts while `view` is `json`. */
  readonly payload: string
}

/** Where `iat` lies unless somebody says otherwise. */
export const iatOffsetDefault = -backdatedSeconds

/** The form as it stands there at first. */
export const emptyForm: SignForm = {
  provider: 'okta',
  domain: '',
  serverId: 'default',
  endpoint: '',
  audience: '',
  rules: 'rfc7523',
  clientId: '',
  scopes: [],
  lifetimeSeconds: lifetimeSecondsDefault,
  iatOffset: iatOffsetDefault,
  nbfOffset: undefined,
  jtiMode: 'fresh',
  jti: '',
  extras: [],
  kid: undefined,
  typ: undefined,
  headerExtras: [],
  view: 'form',
  payload: '',
}

/** The profile by whose rules the form is checked. */
export function profileNameOf({ provider, rules }: Pick<SignForm, 'provider' | 'rules'>): ProfileName {
  return provider === 'other' ? rules : 'okta'
}

/** Whether the audience has to be typed: it is the issuer, which a token endpoint does not tell. */
export function wantsIssuer({ provider, rules }: Pick<SignForm, 'provider' | 'rules'>): boolean {
  return provider === 'other' && profiles[rules].audience === 'issuer'
}

let extrasMade = 0

/** A row for a member that is added. */
export function createExtra(name = '', text = ''): Extra {
  extrasMade += 1
  return { id: extrasMade, name, text }
}
