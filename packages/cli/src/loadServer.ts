import { CliError } from './cliError.js'
import { systemCode } from './input.js'

/**
 * Loads the server, which is a package of its own.
 * @throws {CliError} `server_not_installed`
 */
export async function loadServer() {
  try {
    return await import('@pkjwt/server')
  } catch (cause) {
    if (!/MODULE_NOT_FOUND/.test(systemCode(cause)) || !String(cause).includes('@pkjwt/server')) throw cause
    throw new CliError('server_not_installed', 'Cannot do this: the package "@pkjwt/server" is not installed', {
      hint: 'Run npx @pkjwt/server, or npm install @pkjwt/server',
      cause,
    })
  }
}
