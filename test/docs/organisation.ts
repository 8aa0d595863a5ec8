import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthorizationServer, openStore } from '@pkjwt/server'
import { generateKey, writePrivateKey, writePublicKeys } from 'pkjwt/keys'

/** The names that pages use. */
const app = '0oa1abcdEFGHijkl2345'
const admin = '0oa9adminEFGHijk2345'

const adminGrants = ['okta.apps.manage', 'okta.appGrants.manage', 'okta.roles.manage', 'okta.users.read', 'okta.logs.read']

/** Made once: an RSA key takes longer than most pages. */
const keys = { 'private-key': generateKey({ alg: 'RS256' }), admin: generateKey({ alg: 'ES256' }) }

/** Starts the server that stands for the organisation, with the apps that pages name; their keys go into the folder unless it stays empty. */
export async function startOrganisation(folder: string, { isEmpty }: { isEmpty: boolean }) {
  const store = await openStore(':memory:')
  const server = createAuthorizationServer({ store })
  const { url } = await server.listen({ port: 0 })
  await server.ready()
  const now = Math.floor(Date.now() / 1000)
  for (const [clientId, name] of [
    [app, 'private-key'],
    [admin, 'admin'],
  ] as const) {
    const key = await keys[name]
    const { kid, thumbprint, publicKey } = key
    const grants = adminGrants.map((scope) => ({ scope, issuer: '', createdBy: 'test' }))
    const known = [{ kid, thumbprint, jwk: publicKey.jwk }]
    const created = await store.createApp(
      { clientId, clientName: name, keys: known, grants, roles: [{ type: 'SUPER_ADMIN' }] },
      { now },
    )
    if (typeof created === 'string') throw new Error(`the app of the page is not created: ${created}`)
    if (isEmpty) continue
    writeFileSync(join(folder, `${name}.jwk`), JSON.stringify(await writePrivateKey(key, 'jwk')), { mode: 0o600 })
    writeFileSync(join(folder, `${name}.public.jwk`), JSON.stringify(writePublicKeys(publicKey, 'jwk')))
  }
  await store.createUser({ profile: { login: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' } }, { now })
  return {
    url,
    async close() {
      await server.close()
      await store.close()
    },
  }
}
