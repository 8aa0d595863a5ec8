// One process of many that want the same token: asks once, prints it, ends.
const { library, node, org, clientId, key, folder } = JSON.parse(globalThis.process.env.PKJWT_ASK)
const { createTokenClient } = await import(library)
const { createFileTokenCache, nodeFetch } = await import(node)

const cache = createFileTokenCache({ folder })
const client = createTokenClient({ org, clientId, key, scopes: ['okta.users.read'], cache, fetch: nodeFetch })
globalThis.process.stdout.write((await client.token()).value)
