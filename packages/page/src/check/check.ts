import { type DraftJwt, type JsonObject, readDraftJwt, type TokenKind, tokenKindOf } from 'pkjwt/jwt'
import type { KeySet, PublicKey } from 'pkjwt/keys'
import { type Diagnosis, type DiagnosisOptions, diagnose, readPasted, readTokenRequest } from 'pkjwt/protocol'
import { chooseKey, signatureHolds } from 'pkjwt/rules'

/** What was pasted, told by its content. */
export type PastedKind = 'nothing' | 'token' | 'request' | 'answer' | 'unknown'

/** What can be said of the signature. */
export type Verdict =
  | 'good'
  | 'good-but'
  | 'bad'
  /** Nothing to check it with. */
  | 'not-verified'
  /** There is no token to verify: a request without one, or an answer alone. */
  | 'explained'
  | 'unreadable'

/** Everything that Check shows. */
export interface CheckResult {
  readonly kind: PastedKind
  readonly tokenKind: TokenKind | undefined
  readonly verdict: Verdict
  readonly token: DraftJwt | undefined
  readonly diagnosis: Diagnosis
  /** The key whose signature it is. */
  readonly signedBy: PublicKey | undefined
  /** Keys that the token brings along: they prove nothing. */
  readonly ownKeys: readonly string[]
}

/** What there is to check, and what is known beside it. */
export interface CheckInput {
  readonly text: string
  /** An answer that belongs to it. */
  readonly response?: string | undefined
  readonly keys: KeySet | undefined
  readonly expected: Pick<DiagnosisOptions, 'clientId' | 'org' | 'audience' | 'profile'>
  readonly now: Date
}

/** Reads whatever was pasted, checks what can be checked, and says what cannot. */
export async function check({ text, response, keys, expected, now }: CheckInput): Promise<CheckResult> {
  const { kind, token: compact } = readText(text)
  const token = compact === undefined ? undefined : readDraftJwt(compact)
  const known = keys !== undefined && keys.keys.length > 0 ? { keys } : {}
  const diagnosis = await diagnose({ assertion: text, response }, { ...expected, ...known, now })
  const signedBy = token === undefined ? undefined : await findSigner(token, keys)
  return {
    kind,
    tokenKind: token === undefined ? undefined : tokenKindOf(token),
    verdict: verdictOf({ kind, token, keys, signedBy, ok: diagnosis.ok }),
    token,
    diagnosis,
    signedBy,
    ownKeys: ownKeysOf(token?.header),
  }
}

/** Tells what a text is, and the token that is in it. */
export function readText(text: string): { readonly kind: PastedKind; readonly token: string | undefined } {
  if (text.trim() === '') return { kind: 'nothing', token: undefined }
  const pasted = readPasted(text)
  if (pasted.kind === 'token') return { kind: 'token', token: pasted.token }
  if (pasted.kind === 'request') return { kind: 'request', token: readTokenRequest(pasted.request).assertion || undefined }
  return { kind: pasted.kind === 'response' ? 'answer' : 'unknown', token: undefined }
}

/** The key that did sign: the one that the header chooses, else any of the set. */
async function findSigner(token: DraftJwt, keys: KeySet | undefined): Promise<PublicKey | undefined> {
  const all = keys?.keys ?? []
  const chosen = chooseKey(token.header ?? {}, all)
  for (const key of chosen === undefined ? all : [chosen, ...all.filter((each) => each !== chosen)]) {
    if (await signatureHolds(token, key)) return key
  }
  return undefined
}

function verdictOf({
  kind,
  token,
  keys,
  signedBy,
  ok,
}: Pick<CheckResult, 'kind' | 'token' | 'signedBy'> & {
  readonly keys: KeySet | undefined
  readonly ok: boolean
}): Verdict {
  if (kind === 'unknown') return 'unreadable'
  if (token === undefined) return 'explained'
  if (token.header === undefined || token.claims === undefined) return 'unreadable'
  if (keys === undefined || keys.keys.length === 0) return 'not-verified'
  if (signedBy === undefined) return 'bad'
  return ok ? 'good' : 'good-but'
}

const keyMembers = ['jwk', 'jku', 'x5c', 'x5u'] as const

function ownKeysOf(header: JsonObject | undefined): string[] {
  return keyMembers.filter((member) => header !== undefined && Object.hasOwn(header, member))
}
