import { expect, it } from 'vitest'
import { createFolder, hasKeyTools } from '../containers/tools.testing.js'
import { makeSeeds, readMutated } from './mutated.testing.js'

const { openssl, sshKeygen, read, readBytes } = createFolder()

/** Forms that are not written here: encrypted with little cost, OpenSSH, certificates, PKCS#12. */
function makeFiles(): (string | Uint8Array)[] {
  openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out plain.pem')
  openssl('pkcs8 -topk8 -in plain.pem -v2 aes-256-cbc -iter 10 -passout pass:secret -out encrypted.pem')
  openssl('pkcs8 -topk8 -in plain.pem -scrypt -scrypt_N 16 -passout pass:secret -out scrypt.pem')
  openssl('pkcs8 -topk8 -in plain.pem -v2 aes-256-cbc -iter 10 -passout pass:secret -outform DER -out encrypted.der')
  openssl('pkcs8 -topk8 -in plain.pem -scrypt -scrypt_N 16 -passout pass:secret -outform DER -out scrypt.der')
  openssl('ec -in plain.pem -aes128 -passout pass:secret -out traditional.pem')
  openssl("req -x509 -key plain.pem -subj '/CN=app' -days 30 -out app.crt")
  openssl('x509 -in app.crt -outform DER -out app.der')
  openssl('pkcs12 -export -inkey plain.pem -in app.crt -passout pass:secret -out app.p12')
  sshKeygen("-t ed25519 -N '' -f ssh-plain")
  sshKeygen('-t ecdsa -N secret -a 1 -f ssh-encrypted')
  const ssh = ['ssh-plain', 'ssh-encrypted'].map((name) => Buffer.from(read(name).replaceAll(/-.*-|\n/g, ''), 'base64'))
  const pems = ['encrypted.pem', 'scrypt.pem', 'traditional.pem', 'app.crt', 'ssh-plain', 'ssh-encrypted', 'ssh-plain.pub'].map(
    read,
  )
  return [...pems, ...ssh, ...['encrypted.der', 'scrypt.der', 'app.der', 'app.p12'].map(readBytes)]
}

it('100,000 keys that were changed at random: each is read or refused, soon, and by nothing but a PkjwtError', async () => {
  const seeds = await makeSeeds(hasKeyTools ? makeFiles() : [])
  const report = await readMutated(seeds, { count: 100_000, seed: 3 })
  expect(report.read).toBeGreaterThan(1000)
  expect(report.refused).toBeGreaterThan(50_000)
  expect(report.slowestMs).toBeLessThan(1000)
})
