import type { InputErrorCode, KeyErrorCode, RefusedErrorCode, UnavailableErrorCode } from 'pkjwt/errors'
import type { CliErrorCode } from '../../packages/cli/src/cliError.js'

/** What an error code means, and what to do about it. */
export type Explained = readonly [means: string, remedy: string]

// A code without a line here does not compile.

export const keyErrors: Readonly<Record<KeyErrorCode, Explained>> = {
  key_empty: [
    'There is nothing, or white space only.',
    'Check that the file is not empty, and that the variable is set where the program runs.',
  ],
  key_unrecognised: [
    'It is no form of key that anybody writes, or larger than 256 KiB.',
    'Give the file that holds the key and nothing else.',
  ],
  key_is_path: [
    'It is the name of a file; `readPrivateKey` takes what the file holds.',
    'Use `openKey` of `pkjwt/node`, or read the file first.',
  ],
  key_is_token: ['It is a JWT, not a key.', 'Give the private key of the app.'],
  key_is_variable: [
    'It is the name of a variable such as `$KEY`, whose value nobody put in its place.',
    'Let the shell expand it, or name it as `env:NAME`.',
  ],
  key_public: ['It is a public key, which can only verify.', 'Give the private key that it was made from.'],
  key_private: ['It is a private key where a public one is wanted.', 'Give its public half: `pkjwt key public FILE`.'],
  key_certificate: ['It is a certificate, which holds a public key only.', 'Give the private key that belongs to it.'],
  key_ssh_public: ['It is the public half of an SSH key.', 'Give the other file, without `.pub`.'],
  key_pkcs12: ['It is a PKCS#12 or Java key store.', 'Take the key out with `openssl pkcs12` or `keytool`.'],
  key_symmetric: [
    'It is a symmetric key, which both sides would have to know.',
    'Make a key pair with `pkjwt keygen`, and register its public half.',
  ],
  key_truncated: ['Its end is missing.', 'Copy the key again, to its very end.'],
  key_malformed: ['It is damaged, or changed on its way.', 'Take the key again from where it was made.'],
  key_encrypted: [
    'It is encrypted and no passphrase was given.',
    'Give the passphrase as `{ passphrase }` or with `--passphrase-file`.',
  ],
  key_passphrase_wrong: ['The passphrase does not open it.', 'Check the passphrase, also for a line break at its end.'],
  key_encryption_unsupported: ['It is encrypted in a way that is broken or unknown here.', 'Encrypt it anew, with AES.'],
  key_unsupported: ['Its type or curve cannot do what is wanted.', 'Use RSA, a NIST curve or Ed25519, in a form that holds it.'],
  key_too_small: ['It is an RSA key of fewer than 2048 bits.', 'Make a larger one: `pkjwt keygen --alg RS256 --bits 2048`.'],
  key_weak: [
    'It was made by a chip whose keys can be computed from the public half (ROCA, CVE-2017-15361).',
    'Make a new one elsewhere, and remove the old one at the server.',
  ],
  key_inconsistent: ['Its parts do not belong together.', 'Take the key again from where it was made.'],
  key_not_for_signing: ['Its `use` or `key_ops` says that it is for something else.', 'Use the key that is for signing.'],
  key_alg_mismatch: [
    'It cannot sign with the algorithm that is asked for, or declares another.',
    'Ask for an algorithm that its type has, or leave it away.',
  ],
  key_ambiguous: ['Several keys fit.', 'Say which: by its `kid`, or by its fingerprint.'],
  key_not_found: ['None fits.', 'Check the `kid`, or the fingerprint; list what there is.'],
  key_file_missing: ['There is no such file or variable.', 'Check the name, and the folder that the program is in.'],
  key_file_unreadable: ['It is there and cannot be read.', 'Check who owns it, and that `SSH_AUTH_SOCK` is set for an agent.'],
  key_permissions: ['Others may read the file of the private key.', 'Take the right away: `chmod 600 FILE`.'],
  key_not_extractable: [
    'Its private part cannot be had: an agent, a KMS, or this program keeps it.',
    'Read it without `{ extractable: false }`.',
  ],
  signer_failed: [
    'Who holds the key refused to sign, or signed wrongly.',
    'Look at the cause: it is what the agent, KMS or function said.',
  ],
}

export const refusedErrors: Readonly<Record<RefusedErrorCode, Explained>> = {
  refused_by_rules: [
    'A rule says no, before anything was sent or believed. `findings` tells which.',
    'Do what the first finding says.',
  ],
  refused_by_server: [
    'The server said no. `status`, `error` and `error_description` are its words.',
    'Run `pkjwt diagnose` with the assertion and the answer.',
  ],
}

export const unavailableErrors: Readonly<Record<UnavailableErrorCode, Explained>> = {
  server_unreachable: ['No connection: name, network, or certificate.', 'Check the address; look at the cause.'],
  server_timeout: [
    'There was no answer in time.',
    'Check the network, or give it more time with `{ retry: { timeoutSeconds } }`.',
  ],
  server_busy: [
    'The server says to wait (429). `retryAfterSeconds` tells how long, when the server did.',
    'Wait, then try again.',
  ],
  server_failed: ['The server failed (5xx), and did so again.', 'Try later.'],
  server_answer_invalid: [
    'The answer is none that such an endpoint gives.',
    'Check that the URL is right, and that no proxy answers in its place.',
  ],
  store_unavailable: ['The store of the server cannot be reached or used.', 'Check the disk or the database, and its URL.'],
}

export const inputErrors: Readonly<Record<InputErrorCode, Explained>> = {
  option_invalid: ['An option cannot be used as it is.', 'The sentence says which, the hint what it may be.'],
  json_invalid: ['It is no JSON, or JSON with a member twice.', 'Mend it at the place that is told.'],
  base64url_invalid: ['It is no base64url as RFC 7515 wants it.', 'Use base64url without padding.'],
  token_malformed: ['It is no compact JWS.', 'Give three base64url parts with a dot between them.'],
  token_printed: ['An access token was put into a text.', 'Use `token.value` where the token itself is wanted.'],
  signature_invalid: ['No key of the set made the signature.', 'Use the keys of whoever signed it.'],
  file_missing: ['There is no such file.', 'Check the name, and the folder that you are in.'],
  file_unreadable: ['The file is there and cannot be read.', 'Run it as the user who owns the file.'],
  file_exists: ['The file would be replaced.', 'Give another name, or `--force`.'],
  file_unwritable: ['The file cannot be made.', 'Check the folder, and who owns it.'],
  config_invalid: [
    'The configuration of a server, or its metadata, cannot be trusted or used.',
    'Mend it at the place that is told.',
  ],
  closed: ['It was closed, and was used after.', 'Create a new one.'],
}

/** Codes of the command line alone. Others have the same name and meaning in the library. */
export const cliErrors: Readonly<Record<Exclude<CliErrorCode, InputErrorCode>, Explained>> = {
  command_unknown: ['There is no such command.', 'Add `--help` to see the commands.'],
  command_missing: ['It is a group of commands.', 'Add the command.'],
  flag_unknown: ['The command has no such flag.', 'Add `--help` to see its flags.'],
  flag_repeated: ['A flag with one value was given twice.', 'Keep the one that is meant.'],
  flag_value_missing: ['A flag lacks its value.', 'Write it behind the flag.'],
  flag_value_invalid: ['A flag cannot take the value.', 'The hint says what it takes.'],
  flag_conflict: ['Two flags say two things.', 'Keep one of them.'],
  flag_missing: ['A flag is needed that is not there.', 'Add it.'],
  argument_missing: ['What the command is about is missing.', 'Name it, or pipe it in.'],
  argument_unexpected: ['There are more words than the command takes.', 'Leave them out, or quote them.'],
  input_missing: ['A variable or the standard input that is named holds nothing.', 'Set it.'],
  input_too_long: ['The standard input is longer than any key or token.', 'Pipe in the one text that is meant.'],
  key_on_command_line: [
    'A key or passphrase was typed, where other users and the history see it.',
    'Say where it is: a file, `-`, `env:NAME`, `fd:N`, `ssh-agent:COMMENT`.',
  ],
  connection_unknown: ['No connection of that name is saved.', 'Save it, or use one that is there.'],
  settings_invalid: ['The settings file cannot be used.', 'Mend it at the place that is told.'],
  server_not_installed: ['`@pkjwt/server` is not installed.', 'Run `npx @pkjwt/server`, or install it.'],
  page_not_installed: ['`@pkjwt/page` is not installed.', 'Install it.'],
  answer_is_no: ['The command worked, and its answer is no.', 'Read the answer.'],
  internal: ['There is a fault in pkjwt.', 'Report it, with what `--debug` adds.'],
}
