import { createPrivateKey } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createFolder, hasKeyTools } from '../containers/tools.testing.js'
import type { KeyError } from '../errors.js'
import { generateKey, readPrivateKey, writePrivateKey, writePublicKeys } from './index.js'

// Each row is a file as people have it, or paste it: it is read, or it is refused with a code and a sentence that says what it is.
// The secret parts are made here, by openssl and ssh-keygen, for each run anew.

type Input = string | Uint8Array | object
type Row = [name: string, input: () => Input, expected: string, why?: RegExp | undefined, passphrase?: string]

const folder = createFolder()
const { openssl, sshKeygen, read, readBytes } = folder

beforeAll(() => {
  if (hasKeyTools) makeFiles()
}, 60_000)

function makeFiles(): void {
  openssl('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem')
  openssl('rsa -in rsa.pem -traditional -out rsa1.pem')
  openssl('rsa -in rsa.pem -pubout -out rsa-public.pem')
  openssl('rsa -in rsa.pem -RSAPublicKey_out -out rsa1-public.pem')
  openssl('rsa -in rsa.pem -outform DER -out rsa.der')
  openssl('rsa -in rsa.pem -traditional -outform DER -out rsa1.der')
  openssl('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out rsa1024.pem')
  openssl('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 -out rsa3primes.pem')
  openssl('genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.pem')
  openssl(
    'genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha384 -pkeyopt rsa_pss_keygen_mgf1_md:sha384 -out pss384.pem',
  )
  openssl('genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha1 -out pss1.pem')
  for (const [name, curve] of [
    ['p256', 'P-256'],
    ['p384', 'P-384'],
    ['p521', 'P-521'],
    ['p224', 'P-224'],
    ['k256', 'secp256k1'],
    ['brainpool', 'brainpoolP256r1'],
  ] as const) {
    openssl(`genpkey -algorithm EC -pkeyopt ec_paramgen_curve:${curve} -out ${name}.pem`)
  }
  openssl('ecparam -name prime256v1 -genkey -out p256-parameters.pem')
  openssl('ecparam -name prime256v1 -out only-parameters.pem')
  openssl('ec -in p256.pem -out p256-sec1.pem')
  openssl('ec -in p256.pem -outform DER -out p256-sec1.der')
  openssl('ec -in p256.pem -no_public -out p256-nopublic.pem')
  openssl('ec -in p256.pem -conv_form compressed -out p256-compressed.pem')
  openssl('ec -in p256.pem -param_enc explicit -out p256-explicit.pem')
  openssl('pkey -in p256.pem -ec_param_enc explicit -out p256-explicit8.pem')
  for (const name of ['ED25519', 'ED448', 'X25519', 'X448']) openssl(`genpkey -algorithm ${name} -out ${name}.pem`)
  openssl('genpkey -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -genparam -out dsa-parameters.pem')
  openssl('genpkey -paramfile dsa-parameters.pem -out dsa.pem')
  openssl('pkey -in dsa.pem -traditional -out dsa1.pem')
  openssl('genpkey -algorithm DH -pkeyopt group:ffdhe2048 -out dh.pem')
  openssl("req -x509 -key rsa.pem -subj '/CN=my app' -days 3650 -out certificate.pem")
  openssl("req -new -key rsa.pem -subj '/CN=my app' -out request.pem")
  openssl('x509 -in certificate.pem -outform DER -out certificate.der')
  openssl('req -in request.pem -outform DER -out request.der')
  openssl('dsa -in dsa.pem -aes128 -passout pass:secret -out dsa-encrypted.pem')
  openssl('pkcs8 -topk8 -in X25519.pem -passout pass:secret -out x25519-encrypted.pem')
  openssl('x509 -in certificate.pem -trustout -out trusted.pem')
  openssl('pkcs12 -export -inkey rsa.pem -in certificate.pem -passout pass:secret -out rsa.p12')
  openssl('pkcs12 -in rsa.p12 -passin pass:secret -nodes -out bag.pem')
  openssl('crl2pkcs7 -nocrl -certfile certificate.pem -out bundle.p7')
  openssl('pkcs8 -topk8 -in rsa.pem -v2 aes-256-cbc -passout pass:secret -out encrypted.pem')
  openssl('pkcs8 -topk8 -in rsa.pem -v2 aes-128-cbc -v2prf hmacWithSHA1 -passout pass:secret -out encrypted-sha1.pem')
  openssl('pkcs8 -topk8 -in rsa.pem -v2 aes-192-cbc -v2prf hmacWithSHA512 -passout pass:secret -out encrypted-192.pem')
  openssl('pkcs8 -topk8 -in rsa.pem -v2 des3 -passout pass:secret -out encrypted-des3.pem')
  openssl('pkcs8 -topk8 -in p256.pem -scrypt -passout pass:secret -out encrypted-scrypt.pem')
  openssl('pkcs8 -topk8 -in rsa.pem -v2 aes-256-cbc -passout pass:secret -outform DER -out encrypted.der')
  openssl('pkcs8 -topk8 -in rsa.pem -v2 aria-256-cbc -passout pass:secret -out encrypted-aria.pem')
  openssl('pkcs8 -topk8 -in rsa.pem -v1 PBE-SHA1-3DES -passout pass:secret -out encrypted-v1.pem')
  openssl('rsa -in rsa.pem -traditional -aes128 -passout pass:secret -out traditional.pem')
  openssl('rsa -in rsa.pem -traditional -des3 -passout pass:secret -out traditional-des3.pem')
  openssl('rsa -in rsa.pem -traditional -camellia128 -passout pass:secret -out traditional-camellia.pem')
  openssl('ec -in p256.pem -aes256 -passout pass:secret -out traditional-ec.pem')
  for (const [name, type] of [
    ['ssh-rsa', 'rsa -b 2048'],
    ['ssh-p256', 'ecdsa -b 256'],
    ['ssh-p384', 'ecdsa -b 384'],
    ['ssh-p521', 'ecdsa -b 521'],
    ['ssh-ed', 'ed25519'],
    ['ssh-dsa', 'dsa'],
  ] as const) {
    sshKeygen(`-t ${type} -N '' -C 'me@example' -f ${name}`)
  }
  sshKeygen('-t ed25519 -N secret -f ssh-encrypted')
  sshKeygen('-t rsa -b 2048 -N secret -Z aes256-cbc -f ssh-cbc')
  sshKeygen('-t ecdsa -N secret -Z aes256-gcm@openssh.com -f ssh-gcm')
  sshKeygen('-t ed25519 -N secret -Z 3des-cbc -f ssh-3des')
  sshKeygen('-t ed25519 -N secret -Z chacha20-poly1305@openssh.com -f ssh-chacha')
  sshKeygen("-t rsa -b 2048 -N '' -m PEM -f ssh-pem")
}

const base64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64')
const lines = (name: string) => read(name).trimEnd().split('\n')
const jwkOf = (name: string) => createPrivateKey(read(name)).export({ format: 'jwk' }) as Record<string, string>
const jwk = () => jwkOf('rsa.pem')
const publicOf = ({ kty, n, e, crv, x, y }: Record<string, string>) =>
  JSON.parse(JSON.stringify({ kty, n, e, crv, x, y })) as Record<string, string>
const token = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIwb2ExIn0.c2lnbmF0dXJl'

const readRows: Row[] = [
  ['PKCS#8, RSA', () => read('rsa.pem'), 'RS256'],
  ['PKCS#1', () => read('rsa1.pem'), 'RS256'],
  ['PKCS#8 as DER', () => readBytes('rsa.der'), 'RS256'],
  ['PKCS#1 as DER', () => readBytes('rsa1.der'), 'RS256'],
  ['PKCS#1 under the label of PKCS#8', () => read('rsa1.pem').replaceAll('RSA PRIVATE', 'PRIVATE'), 'RS256'],
  ['PKCS#8 under the label of PKCS#1', () => read('rsa.pem').replaceAll('PRIVATE', 'RSA PRIVATE'), 'RS256'],
  ['a private key under the label of a public one', () => read('rsa.pem').replaceAll('PRIVATE', 'PUBLIC'), 'RS256'],
  ['PKCS#8, P-256', () => read('p256.pem'), 'ES256'],
  ['PKCS#8, P-384', () => read('p384.pem'), 'ES384'],
  ['PKCS#8, P-521', () => read('p521.pem'), 'ES512'],
  ['PKCS#8, Ed25519', () => read('ED25519.pem'), 'EdDSA'],
  ['SEC1', () => read('p256-sec1.pem'), 'ES256'],
  ['SEC1 as DER', () => readBytes('p256-sec1.der'), 'ES256'],
  ['SEC1 with EC PARAMETERS first', () => read('p256-parameters.pem'), 'ES256'],
  ['SEC1 without its public part', () => read('p256-nopublic.pem'), 'ES256'],
  ['SEC1 with a compressed point', () => read('p256-compressed.pem'), 'ES256'],
  ['RSASSA-PSS', () => read('pss.pem'), 'PS256'],
  ['RSASSA-PSS bound to SHA-384', () => read('pss384.pem'), 'PS384'],
  ['key and certificate with Bag Attributes', () => read('bag.pem'), 'RS256'],
  ['certificate first, key second', () => read('certificate.pem') + read('rsa.pem'), 'RS256'],
  ['public key first, private second', () => read('rsa-public.pem') + read('rsa.pem'), 'RS256'],
  ['OpenSSH, RSA', () => read('ssh-rsa'), 'RS256'],
  ['OpenSSH, P-256', () => read('ssh-p256'), 'ES256'],
  ['OpenSSH, P-384', () => read('ssh-p384'), 'ES384'],
  ['OpenSSH, P-521', () => read('ssh-p521'), 'ES512'],
  ['OpenSSH, Ed25519', () => read('ssh-ed'), 'EdDSA'],
  ['OpenSSH, in PEM', () => read('ssh-pem'), 'RS256'],
  ['OpenSSH, its bytes alone', () => Buffer.from(lines('ssh-ed').slice(1, -1).join(''), 'base64'), 'EdDSA'],
  ['OpenSSH, its base64 alone', () => lines('ssh-ed').slice(1, -1).join('\n'), 'EdDSA'],
  ['OpenSSH, encrypted', () => read('ssh-encrypted'), 'EdDSA', undefined, 'secret'],
  ['OpenSSH, encrypted with CBC', () => read('ssh-cbc'), 'RS256', undefined, 'secret'],
  ['OpenSSH, encrypted with GCM', () => read('ssh-gcm'), 'ES256', undefined, 'secret'],
  ['OpenSSH, encrypted with triple DES', () => read('ssh-3des'), 'EdDSA', undefined, 'secret'],
  ['encrypted PKCS#8', () => read('encrypted.pem'), 'RS256', undefined, 'secret'],
  ['encrypted PKCS#8 as DER', () => readBytes('encrypted.der'), 'RS256', undefined, 'secret'],
  ['encrypted PKCS#8, SHA-1 and AES-128', () => read('encrypted-sha1.pem'), 'RS256', undefined, 'secret'],
  ['encrypted PKCS#8, SHA-512 and AES-192', () => read('encrypted-192.pem'), 'RS256', undefined, 'secret'],
  ['encrypted PKCS#8, triple DES', () => read('encrypted-des3.pem'), 'RS256', undefined, 'secret'],
  ['encrypted PKCS#8, scrypt', () => read('encrypted-scrypt.pem'), 'ES256', undefined, 'secret'],
  ['traditional encrypted PEM', () => read('traditional.pem'), 'RS256', undefined, 'secret'],
  ['traditional encrypted PEM, triple DES', () => read('traditional-des3.pem'), 'RS256', undefined, 'secret'],
  ['traditional encrypted PEM, EC', () => read('traditional-ec.pem'), 'ES256', undefined, 'secret'],
  ['traditional encrypted PEM on one line', () => read('traditional.pem').replaceAll('\n', ' '), 'RS256', undefined, 'secret'],
  ['a key that is not encrypted, with a passphrase', () => read('rsa.pem'), 'RS256', undefined, 'secret'],
  ['JWK as an object', () => jwk(), 'RS256'],
  ['JWK as text', () => JSON.stringify(jwk()), 'RS256'],
  ['JWK as text with a byte order mark', () => `\ufeff${JSON.stringify(jwk(), null, 2)}\n`, 'RS256'],
  ['JWK as bytes', () => Buffer.from(JSON.stringify(jwk())), 'RS256'],
  ['JWK in single quotes', () => `'${JSON.stringify(jwk())}'`, 'RS256'],
  ['JWK as a JSON string', () => JSON.stringify(JSON.stringify(jwk())), 'RS256'],
  ['JWK with escaped quotes', () => JSON.stringify(JSON.stringify(jwk())).slice(1, -1), 'RS256'],
  ['JWK as base64', () => base64(JSON.stringify(jwk())), 'RS256'],
  ['JWK without its CRT values', () => ({ kty: 'RSA', n: jwk()['n'], e: jwk()['e'], d: jwk()['d'] }), 'RS256'],
  ['JWK with its alg', () => ({ ...jwk(), alg: 'PS384' }), 'PS384'],
  ['JWK that may sign', () => ({ ...jwkOf('p256.pem'), use: 'sig', key_ops: ['sign'] }), 'ES256'],
  ['JWK with alg Ed25519', () => ({ ...jwkOf('ED25519.pem'), alg: 'Ed25519' }), 'EdDSA'],
  ['JWK inside of a larger object', () => ({ client_id: '0oa1', auth: { key: jwk() } }), 'RS256'],
  ['public and private JWK in one object', () => ({ publicKey: publicOf(jwk()), privateKey: jwk() }), 'RS256'],
  ['JWKS with one private key', () => ({ keys: [jwk()] }), 'RS256'],
  ['JWKS with one private and one public key', () => JSON.stringify({ keys: [publicOf(jwkOf('p256.pem')), jwk()] }), 'RS256'],
  [
    'JWKS with one key for signing and one for encryption',
    () => ({
      keys: [
        { ...jwk(), use: 'enc' },
        { ...jwkOf('p256.pem'), use: 'sig' },
      ],
    }),
    'ES256',
  ],
  [
    'service account file',
    () => JSON.stringify({ type: 'service_account', private_key_id: 'abc', private_key: read('rsa.pem') }),
    'RS256',
  ],
  ['PEM as a JSON string', () => JSON.stringify(read('rsa.pem')), 'RS256'],
  ['PEM as base64', () => base64(read('rsa.pem')), 'RS256'],
  ['PEM as base64 in lines', () => base64(read('rsa.pem')).replaceAll(/.{76}/g, '$&\n'), 'RS256'],
  ['PEM as base64 of base64', () => base64(base64(read('rsa.pem'))), 'RS256'],
  ['DER as base64', () => base64(readBytes('rsa.der')), 'RS256'],
  ['DER as base64url', () => Buffer.from(readBytes('rsa.der')).toString('base64url'), 'RS256'],
  ['PEM in UTF-16, as Windows writes it', () => Buffer.from(`\ufeff${read('rsa.pem')}`, 'utf16le'), 'RS256'],
  ['PEM with \\n as two characters', () => read('rsa.pem').replaceAll('\n', '\\n'), 'RS256'],
  ['PEM with spaces for line breaks, in quotes', () => `"${read('rsa.pem').replaceAll('\n', ' ')}"`, 'RS256'],
  ['PEM indented, as in YAML', () => `key: |\n${read('rsa.pem').replaceAll(/^/gm, '  ')}`, 'RS256'],
  ['PEM with CRLF and without its last line break', () => read('rsa.pem').trimEnd().replaceAll('\n', '\r\n'), 'RS256'],
  ['KeyObject', () => createPrivateKey(read('p384.pem')), 'ES384'],
]

const refusedRows: Row[] = [
  ['nothing', () => '', 'key_empty', /there is nothing/],
  ['white space', () => ' \n\t', 'key_empty', /there is nothing/],
  ['no bytes', () => new Uint8Array(), 'key_empty', /there is nothing/],
  ['a pair of quotes', () => '""', 'key_empty', /there is nothing/],
  ['undefined as text', () => 'undefined', 'key_unrecognised', /missing value/],
  ['an object turned into text', () => '[object Object]', 'key_unrecognised', /missing value/],
  ['a shell variable', () => '$PRIVATE_KEY', 'key_is_variable', /a variable/],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what people paste
  ['a shell variable in braces', () => '${PRIVATE_KEY}', 'key_is_variable', /a variable/],
  ['a variable of Windows', () => '%PRIVATE_KEY%', 'key_is_variable', /a variable/],
  ['a placeholder of a template', () => '{{ secrets.KEY }}', 'key_is_variable', /a variable/],
  ['a path', () => '/home/me/.ssh/id_rsa', 'key_is_path', /name of a file/],
  ['a path from here', () => './private-key', 'key_is_path', /name of a file/],
  ['a path of Windows', () => 'C:\\keys\\private', 'key_is_path', /name of a file/],
  ['a name of a file', () => 'private-key.pem', 'key_is_path', /name of a file/],
  ['a path in the home folder', () => '~/key', 'key_is_path', /name of a file/],
  ['an address', () => 'https://example.com/keys', 'key_is_path', /address of a web page/],
  ['a token', () => token, 'key_is_token', /a token/],
  ['a token with its scheme', () => `Bearer ${token}`, 'key_is_token', /a token/],
  ['a JWE', () => 'eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d', 'key_is_token', /a token/],
  ['a secret', () => 'correct horse battery staple', 'key_unrecognised', /neither a JWK nor PEM/],
  [
    'random bytes',
    () => Uint8Array.from({ length: 64 }, (_, at) => (at * 37 + 200) % 256),
    'key_unrecognised',
    /neither text nor DER/,
  ],
  ['a file that is too large', () => `${read('rsa.pem')}${' '.repeat(262_144)}`, 'key_unrecognised', /larger than 256 KiB/],
  ['a public key', () => read('rsa-public.pem'), 'key_public', /public key/],
  ['a public key of PKCS#1', () => read('rsa1-public.pem'), 'key_public', /public key/],
  ['a public JWK', () => publicOf(jwk()), 'key_public', /public key/],
  ['a set of public keys', () => ({ keys: [publicOf(jwk())] }), 'key_public', /public key/],
  ['a certificate', () => read('certificate.pem'), 'key_certificate', /certificate/],
  ['a certificate as DER', () => readBytes('certificate.der'), 'key_certificate', /certificate/],
  ['a certificate in the form of OpenSSL', () => read('trusted.pem'), 'key_unrecognised', /TRUSTED CERTIFICATE/],
  ['a certificate request', () => read('request.pem'), 'key_unrecognised', /CERTIFICATE REQUEST/],
  ['a certificate request as DER', () => readBytes('request.der'), 'key_unrecognised', /a certificate request/],
  ['a bundle of certificates', () => read('bundle.p7'), 'key_unrecognised', /PKCS7/],
  ['parameters without a key', () => read('only-parameters.pem'), 'key_unrecognised', /EC PARAMETERS/],
  ['an SSH public key, RSA', () => read('ssh-rsa.pub'), 'key_ssh_public', /SSH key/],
  ['an SSH public key, Ed25519', () => read('ssh-ed.pub'), 'key_ssh_public', /SSH key/],
  ['PKCS#12', () => readBytes('rsa.p12'), 'key_pkcs12', /PKCS#12/],
  ['PKCS#12 as base64', () => base64(readBytes('rsa.p12')), 'key_pkcs12', /PKCS#12/],
  ['a Java key store', () => Buffer.from('feedfeed0000000200000001', 'hex'), 'key_unsupported', /Java key store/],
  ['a key of PuTTY', () => 'PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n', 'key_unsupported', /PuTTY/],
  [
    'a PGP key',
    () => '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----',
    'key_unsupported',
    /PGP/,
  ],
  ['a symmetric key', () => ({ kty: 'oct', k: 'c2VjcmV0' }), 'key_symmetric', /symmetric/],
  ['RSA with 1024 bits', () => read('rsa1024.pem'), 'key_too_small', /1024 bits/],
  ['RSA with three primes', () => read('rsa3primes.pem'), 'key_unsupported', /more than two primes/],
  ['RSASSA-PSS bound to SHA-1', () => read('pss1.pem'), 'key_unsupported', /bound to a hash/],
  ['X25519', () => read('X25519.pem'), 'key_unsupported', /X25519/],
  ['X25519 as JWK', () => jwkOf('X25519.pem'), 'key_unsupported', /X25519/],
  ['X448', () => read('X448.pem'), 'key_unsupported', /X448/],
  ['Ed448', () => read('ED448.pem'), 'key_unsupported', /Ed448/],
  ['DSA', () => read('dsa.pem'), 'key_unsupported', /DSA/],
  ['DSA in its own form', () => read('dsa1.pem'), 'key_unsupported', /DSA/],
  ['DSA, encrypted', () => read('dsa-encrypted.pem'), 'key_unsupported', /DSA/, 'secret'],
  ['X25519, encrypted', () => read('x25519-encrypted.pem'), 'key_unsupported', /X25519/, 'secret'],
  ['DSA of OpenSSH', () => read('ssh-dsa'), 'key_unsupported', /DSA/],
  ['a KeyObject of X25519', () => createPrivateKey(read('X25519.pem')), 'key_unsupported', /X25519/],
  ['a KeyObject of DSA', () => createPrivateKey(read('dsa.pem')), 'key_unsupported', /has no JWK/],
  ['Diffie-Hellman', () => read('dh.pem'), 'key_unsupported', /Diffie-Hellman/],
  ['secp256k1', () => read('k256.pem'), 'key_unsupported', /secp256k1/],
  ['secp256k1 as JWK', () => jwkOf('k256.pem'), 'key_unsupported', /secp256k1/],
  ['P-224', () => read('p224.pem'), 'key_unsupported', /P-224/],
  ['brainpool', () => read('brainpool.pem'), 'key_unsupported', /brainpoolP256r1/],
  ['a curve that is spelled out', () => read('p256-explicit.pem'), 'key_unsupported', /spells its curve out/],
  ['a curve that is spelled out in PKCS#8', () => read('p256-explicit8.pem'), 'key_unsupported', /spells its curve out/],
  ['a type that nobody knows', () => ({ kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA' }), 'key_unsupported', /"AKP"/],
  [
    'PEM without its end',
    () => lines('rsa.pem').slice(0, -1).join('\n'),
    'key_truncated',
    /begins on line 1.*line 27 is reached/,
  ],
  ['PEM without its beginning', () => lines('rsa.pem').slice(1).join('\n'), 'key_truncated', /its beginning is missing/],
  [
    'PEM without its last lines of base64',
    () => [...lines('rsa.pem').slice(0, 10), lines('rsa.pem').at(-1)].join('\n'),
    'key_truncated',
    /on lines 1 to 11.*end is missing/,
  ],
  [
    'PEM with a line left out',
    () =>
      lines('rsa.pem')
        .filter((_, at) => at !== 5)
        .join('\n'),
    'key_truncated',
    /end is missing/,
  ],
  [
    'PEM with a line twice',
    () =>
      lines('rsa.pem')
        .flatMap((line, at) => (at === 5 ? [line, line] : [line]))
        .join('\n'),
    'key_malformed',
    /bytes follow its end/,
  ],
  [
    'PEM with a character that is none of base64',
    () => read('rsa.pem').replace(/(?<=\n)./, '!'),
    'key_malformed',
    /line 2 is a character/,
  ],
  [
    'PEM with half a BEGIN line',
    () => `-----BEGIN PRIVATE\n${lines('rsa.pem').slice(1, -1).join('\n')}`,
    'key_truncated',
    /BEGIN line/,
  ],
  ['DER that is cut off', () => readBytes('rsa.der').subarray(0, 500), 'key_truncated', /end is missing/],
  ['encrypted PKCS#8 without a passphrase', () => read('encrypted.pem'), 'key_encrypted', /needs its passphrase/],
  ['encrypted PKCS#8 with a wrong one', () => read('encrypted.pem'), 'key_passphrase_wrong', /passphrase is wrong/, 'Secret'],
  ['encrypted PKCS#8 with an empty one', () => read('encrypted.pem'), 'key_passphrase_wrong', /passphrase is wrong/, ''],
  [
    'encrypted with scrypt, and a wrong passphrase',
    () => read('encrypted-scrypt.pem'),
    'key_passphrase_wrong',
    /passphrase is wrong/,
    'Secret',
  ],
  ['traditional encrypted PEM without a passphrase', () => read('traditional.pem'), 'key_encrypted', /needs its passphrase/],
  [
    'traditional encrypted PEM with a wrong one',
    () => read('traditional.pem'),
    'key_passphrase_wrong',
    /passphrase is wrong/,
    'Secret',
  ],
  ['OpenSSH without a passphrase', () => read('ssh-encrypted'), 'key_encrypted', /needs its passphrase/],
  ['OpenSSH with a wrong one', () => read('ssh-encrypted'), 'key_passphrase_wrong', /passphrase is wrong/, 'Secret'],
  ['OpenSSH in GCM with a wrong one', () => read('ssh-gcm'), 'key_passphrase_wrong', /passphrase is wrong/, 'Secret'],
  ['OpenSSH with ChaCha20', () => read('ssh-chacha'), 'key_encryption_unsupported', /chacha20/, 'secret'],
  ['PKCS#8 encrypted with ARIA', () => read('encrypted-aria.pem'), 'key_encryption_unsupported', /cipher/, 'secret'],
  ['PKCS#8 encrypted the old way', () => read('encrypted-v1.pem'), 'key_encryption_unsupported', /PBE-SHA1-3DES/, 'secret'],
  [
    'traditional encrypted PEM with Camellia',
    () => read('traditional-camellia.pem'),
    'key_encryption_unsupported',
    /CAMELLIA/,
    'secret',
  ],
  ['two private keys', () => read('rsa.pem') + read('p256.pem'), 'key_ambiguous', /2 private keys/],
  ['a set of two private keys', () => ({ keys: [jwk(), jwkOf('p256.pem')] }), 'key_ambiguous', /2 private keys/],
  ['an empty set', () => ({ keys: [] }), 'key_public', /public key/],
  ['JSON without a key', () => ({ client_id: '0oa1' }), 'key_unrecognised', /nowhere in it is a JWK/],
  ['JSON that is cut off', () => JSON.stringify(jwk()).slice(0, -10), 'json_invalid', /no end/],
  ['JSON with a member twice', () => JSON.stringify(jwk()).replace('{', '{"kty":"RSA",'), 'json_invalid', /a second time/],
  ['a JWK for encryption', () => ({ ...jwk(), use: 'enc' }), 'key_not_for_signing', /"use" is "enc"/],
  ['a JWK that may only decrypt', () => ({ ...jwk(), key_ops: ['decrypt'] }), 'key_not_for_signing', /"key_ops"/],
  [
    'a JWK for an algorithm of another type',
    () => ({ ...jwk(), alg: 'ES256' }),
    'key_alg_mismatch',
    /"ES256", and it is an RSA key/,
  ],
  ['a JWK for encryption by its alg', () => ({ ...jwk(), alg: 'RSA-OAEP' }), 'key_alg_mismatch', /"RSA-OAEP"/],
  ['a JWK for an algorithm of another curve', () => ({ ...jwkOf('p256.pem'), alg: 'ES384' }), 'key_alg_mismatch', /a P-256 key/],
]

describe.skipIf(!hasKeyTools)('readPrivateKey() reads', () => {
  it.each(readRows)('%s', async (_name, input, alg, _why, passphrase) => {
    const key = await readPrivateKey(input(), { passphrase })
    expect(key.alg).toBe(alg)
    const data = new TextEncoder().encode('data')
    expect(await key.publicKey.verify(key.alg, data, await key.sign(data))).toBe(true)
  })
})

describe.skipIf(!hasKeyTools)('readPrivateKey() refuses, and says what it is', () => {
  it.each(refusedRows)('%s', async (_name, input, code, why, passphrase) => {
    const error = await readPrivateKey(input(), { passphrase }).then(
      () => undefined,
      (reason: unknown) => reason as KeyError,
    )
    expect(error?.code, error?.message).toBe(code)
    expect(error?.message).toMatch(why ?? /./)
    expect(error?.hint).toMatch(/\w/)
  })
})

it('the table is long enough to be worth its name', () => {
  expect(readRows.length).toBeGreaterThanOrEqual(60)
  expect(refusedRows.length).toBeGreaterThanOrEqual(60)
})

it('a key that was read already is refused with a sentence of its own', async () => {
  const key = await generateKey({ alg: 'ES256' })
  await expect(readPrivateKey(key)).rejects.toMatchObject({
    code: 'key_unrecognised',
    message: expect.stringContaining('read already'),
  })
  await expect(readPrivateKey(await writePrivateKey(key, 'jwk'))).resolves.toMatchObject({ kid: key.thumbprint })
  await expect(readPrivateKey(await writePublicKeys(key, 'jwk'))).rejects.toMatchObject({ code: 'key_public' })
})
