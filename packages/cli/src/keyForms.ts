import type { PrivateKeyFormat, SigningKey } from 'pkjwt/keys'
import { isInGitTree } from './files.js'
import type { Talk } from './talk.js'

/** The forms in which a private key can be written, for flags. */
export const privateKeyFormats = ['jwk', 'pkcs8', 'pkcs1', 'sec1'] as const satisfies readonly PrivateKeyFormat[]

/** Warns when a private key was written where `git add .` would take it along. */
export async function warnInGitTree(file: string, talk: Talk): Promise<void> {
  if (!(await isInGitTree(file))) return
  talk.warn(`${JSON.stringify(file)} is inside a git work tree`, 'Keep private keys elsewhere, or name the file in .gitignore')
}

/** Says so when a form cannot hold the name of the key, which then has to be given with every signature. */
export function noteLostName({ kid }: Pick<SigningKey, 'kid'>, format: PrivateKeyFormat, talk: Talk): void {
  if (format === 'jwk' || kid === undefined) return
  talk.note(`${format} cannot hold the "kid" of a key: sign with --kid ${kid}`)
}
