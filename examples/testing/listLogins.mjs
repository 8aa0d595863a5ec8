// The code under test: it lists the logins of an organisation's users.
import { createTokenClient } from 'pkjwt'

export function createLoginLister({ org, clientId, key, fetch, clock }) {
  const client = createTokenClient({ org, clientId, key, scopes: ['okta.users.read'], fetch, clock })
  return async () => {
    const response = await client.fetch(`${org}/api/v1/users`)
    if (!response.ok) throw new Error(`Cannot list the users: ${response.status}`)
    const users = await response.json()
    return users.map(({ profile }) => profile.login)
  }
}
