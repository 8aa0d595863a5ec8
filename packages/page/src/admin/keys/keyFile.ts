import { type SigningKey, writePrivateKey } from 'pkjwt/keys'
import { saveText } from '../../parts/actions.js'

/** The name of the file in which the private key of an app is saved. */
export function keyFileName({ kid, thumbprint }: Pick<SigningKey, 'kid' | 'thumbprint'>, clientId: string): string {
  return `${clientId}.${(kid ?? thumbprint).replace(/[^\w-]/g, '').slice(0, 8)}.jwk`
}

/** Saves a private key as a JWK that says whose it is. @returns The name of the file. */
export async function saveKeyFile(key: SigningKey, clientId: string): Promise<string> {
  const jwk = await writePrivateKey(key, 'jwk')
  const name = keyFileName(key, clientId)
  saveText(name, `${JSON.stringify({ ...jwk, client_id: clientId }, undefined, 2)}\n`, 'application/jwk+json')
  return name
}
