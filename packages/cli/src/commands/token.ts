import { defineCommand, type Outcome } from '../command.js'
import { connect, connectFlags, connecting, readConnection } from '../connect.js'
import { toggle } from '../flags.js'
import { writeCurl, writePreview } from '../tokenPreview.js'

/** `token`: signs, asks, and prints the access token. */
export const token = defineCommand({
  name: 'token',
  summary: 'buy an access token',
  examples: [
    [
      'from an Okta organisation',
      'pkjwt token --org example.okta.com --client-id 0oa1 --key private-key.jwk --scope okta.users.read',
    ],
    ['from any other server', 'pkjwt token --issuer https://id.example.com --client-id app --key env:APP_KEY --scope read'],
    [
      'with a saved connection',
      'curl -H "Authorization: Bearer $(pkjwt token --connection prod)" https://example.okta.com/api/v1/users',
    ],
    ['look at everything that would be sent', 'pkjwt token --connection prod --dry-run'],
  ],
  flags: {
    ...connectFlags,
    curl: toggle('Output', 'print the curl command instead; the assertion goes in through stdin, never as an argument'),
    dryRun: toggle('Output', 'show the request with everything decoded, and send nothing'),
  },
  ...connecting,
  notes: [
    'With --json the whole answer is printed, with "expires_at". Flags that are not typed come from the connection, then from the variables of Okta’s SDKs.',
  ],
  async run({ flags, io, talk, paint }) {
    const connection = await readConnection(flags, { io, talk })
    if (flags.curl) return writeCurl(flags, connection, { io, talk })
    if (flags.dryRun) return writePreview(flags, connection, { io, talk, paint })
    if (flags.dpop) talk.note('the token is bound to a key that ends with this process: use pkjwt fetch to call an API with it')
    const client = connect(flags, connection, { io, talk })
    try {
      const { value, type, scopes, expiresAt } = await client.token()
      const expiresInSeconds = Math.max(0, Math.round((expiresAt.getTime() - io.clock().getTime()) / 1000))
      const data = {
        token_type: type,
        expires_in: expiresInSeconds,
        access_token: value,
        scope: scopes.join(' '),
        expires_at: expiresAt.toISOString(),
      }
      return { text: value, data } satisfies Outcome
    } finally {
      client.close()
    }
  },
})
