/** What goes wrong before the library is asked: in the command line itself, or in what surrounds it. */
export type CliErrorCode =
  | 'command_unknown'
  | 'command_missing'
  | 'flag_unknown'
  | 'flag_repeated'
  | 'flag_value_missing'
  | 'flag_value_invalid'
  | 'flag_conflict'
  | 'flag_missing'
  | 'argument_missing'
  | 'argument_unexpected'
  | 'input_missing'
  | 'input_too_long'
  | 'key_on_command_line'
  | 'file_unwritable'
  | 'connection_unknown'
  | 'settings_invalid'
  | 'server_not_installed'
  | 'page_not_installed'
  | 'answer_is_no'
  | 'internal'

export interface CliErrorOptions {
  /** What to do about it, as one sentence without a full stop. */
  readonly hint?: string | undefined
  readonly cause?: unknown
  /** Print the help of the command before the error: the caller did not know what it needs. */
  readonly showHelp?: boolean | undefined
}

/** An error of the command line: sentence, code and hint, as the library's are. */
export class CliError extends Error {
  readonly code: CliErrorCode
  readonly hint: string | undefined
  readonly showHelp: boolean

  constructor(code: CliErrorCode, message: string, { hint, cause, showHelp = false }: CliErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CliError'
    this.code = code
    this.hint = hint
    this.showHelp = showHelp
  }
}
