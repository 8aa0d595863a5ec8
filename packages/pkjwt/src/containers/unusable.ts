import { KeyError, type KeyErrorCode } from '../errors.js'

interface Unusable {
  readonly code: KeyErrorCode
  readonly sentence: string
  readonly hint: string
}

const needPrivate = 'Give the private key it was made from'

/** What people give where a key belongs: what it is, and what to do. */
const unusable = {
  empty: {
    code: 'key_empty',
    sentence: 'Cannot read a key: there is nothing, or white space only',
    hint: 'Check that the file is not empty, and that the variable is set where this runs',
  },
  tooLarge: {
    code: 'key_unrecognised',
    sentence: 'Cannot read a key: the input is larger than 256 KiB, which no key is',
    hint: 'Give the file that holds the key and nothing else',
  },
  placeholder: {
    code: 'key_is_variable',
    sentence: 'Cannot read a key: this is a variable, and nothing has put its value in its place',
    hint: 'Let the shell expand it (double quotes, not single), or name it as env:NAME where a key reference is taken',
  },
  stringified: {
    code: 'key_unrecognised',
    sentence: 'Cannot read a key: this is what becomes of a missing value or an object when it is turned into text',
    hint: 'Give the value itself, and check that it is set; an object is taken as it is or through JSON.stringify',
  },
  path: {
    code: 'key_is_path',
    sentence: 'Cannot read a key: this looks like the name of a file, and a key is wanted, not where it is',
    hint: 'Use openKey(path) of pkjwt/node, or read the file first and give what it holds',
  },
  address: {
    code: 'key_is_path',
    sentence: 'Cannot read a key: this is the address of a web page, and a key is wanted, not where it is',
    hint: 'Fetch it first, and give what it holds',
  },
  token: {
    code: 'key_is_token',
    sentence: 'Cannot read a key: this is a token (JWT), which a key has signed or will open',
    hint: needPrivate.replace('it was made from', 'of your app'),
  },
  pkcs12: {
    code: 'key_pkcs12',
    sentence: 'Cannot read a key: this is a PKCS#12 file (.p12, .pfx), a safe that holds keys and certificates',
    hint: 'Take the key out: openssl pkcs12 -in FILE -nocerts -nodes -out key.pem',
  },
  javaKeyStore: {
    code: 'key_unsupported',
    sentence: 'Cannot read a key: this is a Java key store (JKS)',
    hint: 'Convert it: keytool -importkeystore -srckeystore FILE -destkeystore key.p12 -deststoretype PKCS12; then openssl pkcs12 -in key.p12 -nocerts -nodes -out key.pem',
  },
  putty: {
    code: 'key_unsupported',
    sentence: 'Cannot read a key: this is a key file of PuTTY (.ppk)',
    hint: 'Convert it: puttygen FILE -O private-openssh-new -o key.pem',
  },
  pgp: {
    code: 'key_unsupported',
    sentence: 'Cannot read a key: this is a PGP key, which signs mail and packages, not tokens',
    hint: 'Make a key for the app: pkjwt keygen',
  },
  symmetric: {
    code: 'key_symmetric',
    sentence: 'Cannot use the key: it is a symmetric key, which both sides would have to know',
    hint: 'Make a key pair and register its public half: pkjwt keygen',
  },
  public: {
    code: 'key_public',
    sentence: 'Cannot sign with this key: it is a public key, which can only verify',
    hint: needPrivate,
  },
  certificate: {
    code: 'key_certificate',
    sentence: 'Cannot sign with this: it is a certificate, which holds a public key only',
    hint: 'Give the private key that belongs to it, usually a file beside it',
  },
  sshPublic: {
    code: 'key_ssh_public',
    sentence: 'Cannot sign with this key: it is the public half of an SSH key',
    hint: 'Give the other file, without .pub, or ssh-agent:FINGERPRINT where a key reference is taken',
  },
  private: {
    code: 'key_private',
    sentence: 'Cannot take this as a public key: it is a private key, which nobody but its owner may have',
    hint: 'Give its public half: pkjwt key public FILE',
  },
  binary: {
    code: 'key_unrecognised',
    sentence: 'Cannot read a key: these bytes are neither text nor DER',
    hint: 'Give a JWK, a PEM file, or the DER of a PKCS#8, PKCS#1 or SEC1 key',
  },
  nothing: {
    code: 'key_unrecognised',
    sentence: 'Cannot read a key: this is neither a JWK nor PEM, DER or an OpenSSH key',
    hint: 'Give a JWK, a PEM file, or the DER of a PKCS#8, PKCS#1 or SEC1 key',
  },
  noKeyInJson: {
    code: 'key_unrecognised',
    sentence: 'Cannot read a key: this is JSON, but nowhere in it is a JWK (an object with "kty"), a set ("keys") or a PEM text',
    hint: 'Give a JWK, a JWK set, or a service account file with its "private_key"',
  },
  alreadyRead: {
    code: 'key_unrecognised',
    sentence: 'Cannot read a key: this is one that was read already',
    hint: 'Use it as it is, wherever a key is wanted',
  },
} as const satisfies Record<string, Unusable>

/** The error for something that is recognised and of no use. */
export function cannotUse(what: keyof typeof unusable): KeyError {
  const { code, sentence, hint } = unusable[what]
  return new KeyError(code, sentence, { hint })
}

const stringified = /^(?:undefined|null|NaN|true|false|\[object \w+\])$/
const placeholder = /^(?:\$\w+|\$\{[^}]*\}|\$\([^)]*\)|%\w+%|\{\{[^}"]*\}\}|<[\w -]+>|env:\w+|process\.env\.\w+)$/i

/** Whether a text stands where a value should be. Some of these look like JSON. */
export function isPlaceholder(text: string): boolean {
  return stringified.test(text) || placeholder.test(text)
}

/** The error for a text that holds no key: it says what it looks like. Nothing of the text is quoted. */
export function explainText(text: string): KeyError {
  if (stringified.test(text)) return cannotUse('stringified')
  if (placeholder.test(text)) return cannotUse('placeholder')
  if (/^(?:Bearer |DPoP )?[\w-]{10,}(?:\.[\w-]*){2,4}$/i.test(text)) return cannotUse('token')
  if (text.startsWith('PuTTY-User-Key-File-')) return cannotUse('putty')
  if (/^https?:\/\//i.test(text)) return cannotUse('address')
  if (!text.includes('\n') && text.length <= 4096 && looksLikePath(text)) return cannotUse('path')
  return cannotUse('nothing')
}

function looksLikePath(text: string): boolean {
  return (
    /^(?:~|\.{1,2}|[a-z]:)?[/\\]|^file:/i.test(text) || /\.(?:pem|key|jwks?|json|der|p8|p12|pfx|crt|cer|pub|ppk|txt)$/i.test(text)
  )
}

/** The error for a key that needs a passphrase and got none. */
export function passphraseMissing(what: string): KeyError {
  return new KeyError('key_encrypted', `Cannot read the key: it is ${what} that is encrypted, and needs its passphrase`, {
    hint: 'Give its passphrase as { passphrase }, or with --passphrase-file FILE',
  })
}

/** The error for a passphrase that does not fit. */
export function passphraseWrong(): KeyError {
  return new KeyError('key_passphrase_wrong', 'Cannot decrypt the key: the passphrase is wrong, or the file is damaged', {
    hint: 'Check the passphrase, also for a line break or space at its end',
  })
}

const hintEncryptAnew = 'Encrypt it anew: openssl pkcs8 -topk8 -v2 aes256 -in KEY -out NEW'

/** The error for an encryption that is not read here, or not within reasonable time. */
export function encryptionUnsupported(what: string, options: { fault?: string; hint?: string } = {}): KeyError {
  const { fault = 'is not read here', hint = hintEncryptAnew } = options
  return new KeyError('key_encryption_unsupported', `Cannot decrypt the key: it is encrypted with ${what}, which ${fault}`, {
    hint,
  })
}

/** The error for a file that holds something sound, and no key. */
export function onlyOther(what: string): KeyError {
  return new KeyError('key_unrecognised', `Cannot read a key: this is ${what}, and no key is with it`, {
    hint: 'Give the file that holds the key',
  })
}
