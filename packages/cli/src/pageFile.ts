import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** Reads the built page: the copy that comes with the command line, else the package. Answers `undefined` when neither is there. */
export async function findPage(): Promise<string | undefined> {
  return (await tryRead(new URL('../page.html', import.meta.url))) ?? tryRead(packaged())
}

function packaged(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('@pkjwt/page/index.html')
  } catch {
    return undefined
  }
}

async function tryRead(file: URL | string | undefined): Promise<string | undefined> {
  try {
    return file === undefined ? undefined : await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}
