/** A code is stable: programs may compare it. The sentence and the hint beside it may improve. */
export type ErrorCode = KeyErrorCode | RefusedErrorCode | UnavailableErrorCode | InputErrorCode

/** What can be wrong with a key, or with the text that should hold one. */
export type KeyErrorCode =
  | 'key_empty'
  | 'key_unrecognised'
  | 'key_is_path'
  | 'key_is_token'
  | 'key_is_variable'
  | 'key_public'
  | 'key_private'
  | 'key_certificate'
  | 'key_ssh_public'
  | 'key_pkcs12'
  | 'key_symmetric'
  | 'key_truncated'
  | 'key_malformed'
  | 'key_encrypted'
  | 'key_passphrase_wrong'
  | 'key_encryption_unsupported'
  | 'key_unsupported'
  | 'key_too_small'
  | 'key_weak'
  | 'key_inconsistent'
  | 'key_not_for_signing'
  | 'key_alg_mismatch'
  | 'key_ambiguous'
  | 'key_not_found'
  | 'key_file_missing'
  | 'key_file_unreadable'
  | 'key_permissions'
  | 'key_not_extractable'
  | 'signer_failed'

/** Somebody said no: our own rules before anything was sent, or the server after. */
export type RefusedErrorCode = 'refused_by_rules' | 'refused_by_server'

/** It may work later: nothing about the request is known to be wrong. */
export type UnavailableErrorCode =
  | 'server_unreachable'
  | 'server_timeout'
  | 'server_busy'
  | 'server_failed'
  | 'server_answer_invalid'
  | 'store_unavailable'

/** What the caller gave cannot be used. */
export type InputErrorCode =
  | 'option_invalid'
  | 'json_invalid'
  | 'base64url_invalid'
  | 'token_malformed'
  | 'token_printed'
  | 'signature_invalid'
  | 'file_missing'
  | 'file_unreadable'
  | 'file_exists'
  | 'file_unwritable'
  | 'config_invalid'
  | 'closed'

/** What an error says beside its sentence. */
export interface PkjwtErrorOptions {
  /** What to do about it, as one sentence without a full stop. */
  readonly hint?: string | undefined
  readonly cause?: unknown
}

/** The shape every error takes in JSON: in logs, and as `error` in the envelope of the command line. */
export interface PkjwtErrorJson {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
}

/** The base of every error that pkjwt throws on purpose: a stable `code`, a sentence, and a `hint` that says what to do. */
export class PkjwtError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, { hint, cause }: PkjwtErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    this.hint = hint
  }

  toJSON(): PkjwtErrorJson {
    return { code: this.code, message: this.message, ...(this.hint === undefined ? {} : { hint: this.hint }) }
  }
}

/** The key must be mended: nothing was sent, and trying again does not help. */
export class KeyError extends PkjwtError {
  declare readonly code: KeyErrorCode

  // A narrower signature than the base's, so that a KeyError cannot carry a code of another kind.
  constructor(code: KeyErrorCode, message: string, options?: PkjwtErrorOptions) {
    super(code, message, options)
  }
}

/** How bad a finding is: an error is refused, a warning works today, an info is worth knowing. */
export type Severity = 'error' | 'warning' | 'info'

/** What a server says when a rule is broken. */
export interface Refusal {
  readonly status: number
  /** The OAuth `error`, or Okta's `errorCode` (`E00000…`) where Okta answers in its own shape. */
  readonly error: string
  readonly error_description: string
  /** The server's internal name of the refusal; it stays in its log. */
  readonly code: string
}

/** Members to set in header or claims; `null` removes one. */
export interface Patch {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

/** A broken rule, told: what was seen, what was wanted, what to do. Its `id` is a chapter of `docs/rules.md`. */
export interface Finding {
  readonly id: string
  readonly severity: Severity
  /** The claim, header member or parameter at fault. */
  readonly member?: string
  readonly found?: string
  readonly expected?: string
  readonly message: string
  readonly fix: string
  /** What to change mechanically. */
  readonly patch?: Patch
  /** What a server of the profile answers, where the profile's texts are loaded. */
  readonly refusal?: Refusal
}

/** What is known of a refusal. */
export interface RefusedErrorOptions extends PkjwtErrorOptions {
  /** The HTTP status of the refusal. */
  readonly status?: number | undefined
  /** The OAuth `error`, or Okta's `errorCode`. */
  readonly error?: string | undefined
  readonly errorDescription?: string | undefined
  /** The server's name of the request, for its support. */
  readonly requestId?: string | undefined
  readonly findings?: readonly Finding[] | undefined
}

/** The answer is no, and stays no: `by: "rules"` before anything was sent, `by: "server"` after. */
export class RefusedError extends PkjwtError {
  declare readonly code: RefusedErrorCode
  readonly by: 'rules' | 'server'
  readonly status: number | undefined
  readonly error: string | undefined
  readonly error_description: string | undefined
  readonly requestId: string | undefined
  readonly findings: readonly Finding[]

  constructor(by: 'rules' | 'server', message: string, options: RefusedErrorOptions = {}) {
    super(by === 'rules' ? 'refused_by_rules' : 'refused_by_server', message, options)
    this.by = by
    this.status = options.status
    this.error = options.error
    this.error_description = options.errorDescription
    this.requestId = options.requestId
    this.findings = options.findings ?? []
  }
}

/** It may work later: the network, a time-out, 429, 5xx, or an answer that no token endpoint gives. */
export class UnavailableError extends PkjwtError {
  declare readonly code: UnavailableErrorCode
  /** How long the server asked to wait. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: UnavailableErrorCode,
    message: string,
    options: PkjwtErrorOptions & { readonly retryAfterSeconds?: number | undefined } = {},
  ) {
    super(code, message, options)
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
