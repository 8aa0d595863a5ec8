import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate for this machine and its key, as PEM. It is its own authority: give it as `ca` too. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

const namesDefault = ['DNS:localhost', 'DNS:keys.example.com', 'IP:127.0.0.1']

/** Makes a certificate with openssl, for `localhost` and 127.0.0.1 unless other names are given. */
export function makeCertificate(names: readonly string[] = namesDefault): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'pkjwt-certificate-'))
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  try {
    const made = [
      '-keyout',
      keyFile,
      '-out',
      certFile,
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      `subjectAltName=${names.join(',')}`,
    ]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    execFileSync('openssl', ['req', '-x509', ...curve, ...made], { stdio: 'ignore' })
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
