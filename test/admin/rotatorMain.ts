import { createApiRegister, createAppAdmin, createTokenClient, rotateKey } from 'pkjwt/client'
import { createKeyFile } from 'pkjwt/node'

// Rotates the key of an app in a process of its own. With `killAt` it ends at that step as a power cut would end it.
const { org, clientId, keyPath, adminToken, killAt, overlapSeconds } = JSON.parse(process.env['PKJWT_ROTATOR'] ?? '{}')
const admin = createAppAdmin({
  org,
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, authorization: `SSWS ${adminToken}` } }),
})
const rotated = await rotateKey({
  home: createKeyFile(keyPath),
  register: createApiRegister(admin, clientId),
  probe: (key) => createTokenClient({ org, clientId, key, scopes: ['okta.users.read'] }).token(),
  overlapSeconds,
  onStep(step) {
    if (step === killAt) process.kill(process.pid, 'SIGKILL')
  },
})
process.stdout.write(JSON.stringify(rotated))
