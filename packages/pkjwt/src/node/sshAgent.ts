import { createHash } from 'node:crypto'
import { KeyError } from '../errors.js'
import { type Algorithm, algorithms } from '../keys/algorithms.js'
import type { PublicKey, Signer } from '../keys/key.js'
import { readPublicKeys } from '../keys/publicKeys.js'
import { createSigner } from '../keys/signer.js'
import { agentFailed, agentMessages, askAgent, createWireReader, lengthPrefixed, uint32 } from './sshAgentWire.js'

/** Which agent, and which of its keys. */
export interface OpenSshAgentOptions {
  /** The SHA-256 fingerprint of a key, or its comment. Default the only key of the agent. */
  readonly key?: string | undefined
  /** The name of the key at the server. */
  readonly kid?: string | undefined
  /** RS256 (the default) or RS512 for an RSA key; the curve decides for the others. */
  readonly alg?: Algorithm | undefined
  /** Default the socket that `SSH_AUTH_SOCK` names. */
  readonly socketPath?: string | undefined
}

/** A key that an agent holds. */
export interface SshAgentKey {
  readonly comment: string
  /** As `ssh-add -l` prints it. */
  readonly fingerprint: string
  /** The name of its type, such as `ssh-ed25519`. */
  readonly type: string
  /** The public half in the form of SSH. */
  readonly blob: Uint8Array
}

/** How an agent is asked for each RSA algorithm: its flag, and the name that its answer must carry. Without a flag it uses SHA-1. */
const rsaFlags: Partial<Record<Algorithm, readonly [flag: number, name: string]>> = {
  RS256: [2, 'rsa-sha2-256'],
  RS512: [4, 'rsa-sha2-512'],
}

const usableTypes: readonly string[] = [
  'ssh-rsa',
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
]

/**
 * Makes a signer of a key that an SSH agent holds: the key never comes into this process.
 *
 * @throws {KeyError} `key_not_found`, `key_ambiguous`, `key_alg_mismatch`; `key_file_unreadable` when there is no agent
 * @example
 * const key = await openSshAgent({ key: 'service app', kid: 'laptop' })
 * assert.equal(key.alg, 'EdDSA')
 */
export async function openSshAgent(options: OpenSshAgentOptions = {}): Promise<Signer> {
  const { kid, alg } = options
  const socketPath = findSocket(options)
  const held = chooseKey(await listSshAgentKeys(options), options.key ?? '')
  const publicKey = await readPublicHalf(held)
  const used = chooseAlgorithm(publicKey, alg)
  return createSigner({ alg: used, publicKey, kid, sign: (data) => signWithAgent(socketPath, { held, alg: used, data }) })
}

/**
 * Lists the keys of an SSH agent.
 * @throws {KeyError} `key_file_unreadable` when there is no agent
 * @example
 * const [held] = await listSshAgentKeys()
 * assert.equal(held?.comment, 'service app')
 */
export async function listSshAgentKeys(options: Pick<OpenSshAgentOptions, 'socketPath'> = {}): Promise<readonly SshAgentKey[]> {
  const { requestIdentities: message, identities: answer } = agentMessages
  const reader = createWireReader(await askAgent(findSocket(options), { message, answer }))
  return Array.from({ length: Math.min(reader.uint32(), 1000) }, () => readHeldKey(reader.bytes(), reader.text()))
}

function findSocket({ socketPath = process.env['SSH_AUTH_SOCK'] }: Pick<OpenSshAgentOptions, 'socketPath'>): string {
  if (socketPath !== undefined && socketPath !== '') return socketPath
  if (process.platform === 'win32') return '\\\\.\\pipe\\openssh-ssh-agent'
  throw new KeyError('key_file_unreadable', 'Cannot ask an SSH agent: SSH_AUTH_SOCK is not set', {
    hint: 'Start one with eval "$(ssh-agent)" and add the key with ssh-add',
  })
}

function readHeldKey(blob: Uint8Array, comment: string): SshAgentKey {
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
  return { comment, fingerprint, type: createWireReader(blob).text(), blob: Uint8Array.from(blob) }
}

function chooseKey(held: readonly SshAgentKey[], wanted: string): SshAgentKey {
  const usable = held.filter(({ type }) => usableTypes.includes(type))
  const named = usable.filter(({ fingerprint, comment }) =>
    [fingerprint, fingerprint.slice('SHA256:'.length), comment].includes(wanted),
  )
  const [only, ...others] = wanted === '' ? usable : named
  if (only !== undefined && others.length === 0) return only
  const list = usable.map(({ fingerprint, comment }) => `${fingerprint} (${comment})`).slice(0, 10)
  const hint = list.length === 0 ? 'Add one with ssh-add' : `It holds ${list.join(', ')}`
  if (only !== undefined)
    throw new KeyError('key_ambiguous', `Cannot choose a key of the SSH agent: ${others.length + 1} fit`, { hint })
  const state =
    wanted === ''
      ? 'it holds none that can sign here'
      : `none has the fingerprint or comment ${JSON.stringify(wanted.slice(0, 200))}`
  throw new KeyError('key_not_found', `Cannot find a key in the SSH agent: ${state}`, { hint })
}

async function readPublicHalf({ type, blob }: SshAgentKey): Promise<PublicKey> {
  const { keys } = await readPublicKeys(`${type} ${Buffer.from(blob).toString('base64')}`)
  const [key] = keys
  if (key === undefined) throw agentFailed(`its key of type ${type} cannot be read`, 'Use an RSA, ECDSA or Ed25519 key')
  return key
}

function chooseAlgorithm({ kty, algorithms: usable }: PublicKey, wanted: Algorithm | undefined): Algorithm {
  const possible = kty === 'RSA' ? usable.filter((name) => rsaFlags[name] !== undefined) : usable
  const [first] = possible
  if (wanted !== undefined && possible.includes(wanted)) return wanted
  if (wanted === undefined && first !== undefined) return first
  throw new KeyError(
    'key_alg_mismatch',
    `Cannot sign with ${wanted}: an SSH agent signs with ${possible.join(' or ')} and this key`,
    {
      hint: `Ask for ${first}, or leave the algorithm away`,
    },
  )
}

interface AgentSignature {
  readonly held: SshAgentKey
  readonly alg: Algorithm
  readonly data: Uint8Array
}

async function signWithAgent(socketPath: string, { held, alg, data }: AgentSignature): Promise<Uint8Array> {
  const [flag, name] = rsaFlags[alg] ?? [0, held.type]
  const payload = Buffer.concat([lengthPrefixed(held.blob), lengthPrefixed(data), uint32(flag)])
  const { signRequest: message, signature: answer } = agentMessages
  const reader = createWireReader(createWireReader(await askAgent(socketPath, { message, payload, answer })).bytes())
  const used = reader.text()
  // An old agent ignores the flag and signs with SHA-1, which nobody accepts and nobody should.
  if (used !== name) throw agentFailed(`it signed with ${JSON.stringify(used)} and not with ${name}`, 'Use OpenSSH 7.2 or newer')
  const signature = reader.bytes()
  return algorithms[alg].scheme === 'ECDSA'
    ? toRaw(signature, (algorithms[alg].signatureBytes ?? 0) / 2)
    : Uint8Array.from(signature)
}

/** r and s come as signed numbers of any length; JWS wants both at the length of the curve. */
function toRaw(signature: Uint8Array, halfBytes: number): Uint8Array {
  const reader = createWireReader(signature)
  const raw = new Uint8Array(halfBytes * 2)
  for (const end of [halfBytes, halfBytes * 2]) {
    const number = reader.bytes()
    const digits = number.subarray(number.findIndex((byte) => byte !== 0))
    if (digits.length > halfBytes) throw agentFailed('its signature is too long for the curve', 'Start the agent anew')
    raw.set(digits, end - digits.length)
  }
  return raw
}
