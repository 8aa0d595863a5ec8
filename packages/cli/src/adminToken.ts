import { CliError } from './cliError.js'
import type { Io } from './io.js'
import { readSecret } from './passphrase.js'

/**
 * Reads an admin token from where it is kept: `env:NAME`, a file, `-` or `fd:N`. Every user of a machine sees its arguments, so the
 * token itself is refused there.
 *
 * @returns undefined when no reference is given
 * @throws {CliError} `flag_value_invalid`
 */
export async function readAdminToken(ref: string | undefined, io: Io): Promise<string | undefined> {
  const looksLikeToken = ref !== undefined && /^(SSWS +)?[\w.~+/=-]{32,}$/.test(ref) && !/[/.]/.test(ref)
  if (!looksLikeToken) return readSecret(ref, io, { flag: '--admin-token', what: 'admin token' })
  throw new CliError('flag_value_invalid', 'Cannot use --admin-token: it seems to be the token itself', {
    hint: 'Put it into a variable and give --admin-token env:NAME; change the token, others may have seen it',
  })
}
