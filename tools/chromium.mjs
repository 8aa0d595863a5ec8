// @ts-check
// A Chromium for tests that open a page. Not part of any package.
import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** What keeps Chromium to the page it is given: no sandbox because root cannot have one, and no talk with the outside of its own. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts the Chromium of this machine, headless; the caller closes it.
 *
 * @throws {Error} When there is none and none can be installed. Tests let it fail them: a page that nobody opened is not tested.
 */
export async function launchChromium() {
  const isRoot = process.getuid?.() === 0
  return chromium.launch({
    executablePath: findChromium() ?? installChromium(),
    args: isRoot ? ['--no-sandbox', ...flags] : flags,
  })
}

/** The path of a Chromium: the one that PKJWT_CHROMIUM names, or the first on the PATH. */
export function findChromium(env = process.env) {
  const named = env['PKJWT_CHROMIUM']
  if (named === undefined || named === '') return names.flatMap((name) => onPath(name, env['PATH'] ?? ''))[0]
  if (isExecutable(named)) return named
  throw new Error(`Cannot start the browser that PKJWT_CHROMIUM names: "${named}" is not a program`)
}

/** @param {string} name @param {string} path */
function onPath(name, path) {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .filter(isExecutable)
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian's Chromium, where apt-get may be used: half a minute, once for a machine. */
function installChromium() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new Error(`Cannot open a page: none of ${names.join(', ')} is here. Install one, or name it in PKJWT_CHROMIUM`)
  }
  console.error('Installing chromium through apt-get, because none is here')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // An index that cannot be refreshed may still do; the installation itself decides.
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  } catch (cause) {
    throw new Error('Cannot open a page: apt-get could not install chromium', { cause })
  }
  const found = findChromium()
  if (found === undefined) throw new Error('Cannot open a page: apt-get installed chromium, but it is not on the PATH')
  return found
}
