import { connect } from 'node:net'
import { KeyError } from '../errors.js'

/** Message numbers of the agent protocol (draft-ietf-sshm-ssh-agent §6.1). */
export const agentMessages = { failure: 5, requestIdentities: 11, identities: 12, signRequest: 13, signature: 14 } as const

/** More than an agent with hundreds of keys answers. */
const answerBytesMax = 1_048_576

/** An agent may ask its user first, or wait for a touch of a token. */
const answerSecondsMax = 60

/**
 * Asks an agent one question over a connection of its own, so that an agent that was started anew is found again.
 *
 * @returns The payload of the answer, without its number.
 * @throws {KeyError} `signer_failed`
 */
export async function askAgent(
  socketPath: string,
  request: { readonly message: number; readonly payload?: Uint8Array; readonly answer: number },
): Promise<Uint8Array> {
  const { message, payload = new Uint8Array(), answer } = request
  const bytes = await exchange(socketPath, Buffer.concat([uint32(payload.length + 1), Buffer.of(message), payload]))
  if (bytes[0] === answer) return bytes.subarray(1)
  const state = bytes[0] === agentMessages.failure ? 'it refuses' : `it answers with message ${bytes[0]}`
  throw agentFailed(state, 'See that the agent is unlocked, holds the key, and was not asked to confirm each use in vain')
}

function exchange(socketPath: string, request: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    const end = (settle: () => void) => {
      settle()
      socket.destroy()
    }
    let received: Buffer = Buffer.alloc(0)
    socket.setTimeout(answerSecondsMax * 1000, () => end(() => reject(agentFailed('it does not answer', 'Start the agent anew'))))
    socket.on('error', (cause) => end(() => reject(unreachable(socketPath, cause))))
    socket.on('close', () => reject(agentFailed('it hung up', 'Start the agent anew')))
    socket.on('connect', () => socket.write(request))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 4) return
      const length = received.readUInt32BE(0)
      if (length === 0 || length > answerBytesMax)
        end(() => reject(agentFailed('its answer is no message of an agent', 'Check the socket')))
      else if (received.length >= length + 4) end(() => resolve(received.subarray(4, length + 4)))
    })
  })
}

function unreachable(socketPath: string, cause: Error): KeyError {
  const code = 'code' in cause ? String(cause.code) : cause.message
  return new KeyError('key_file_unreadable', `Cannot ask the SSH agent at ${JSON.stringify(socketPath)}: ${code}`, {
    hint: 'Start one with eval "$(ssh-agent)" and add the key with ssh-add',
    cause,
  })
}

/** An error of an agent that was reached. */
export function agentFailed(state: string, hint: string): KeyError {
  return new KeyError('signer_failed', `Cannot use the SSH agent: ${state}`, { hint })
}

/** Four bytes, the first the highest. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Bytes with their length in front (RFC 4251 §5, "string"). */
export function lengthPrefixed(bytes: Uint8Array): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** Reads the parts of a message one after the other. */
export interface WireReader {
  uint32(): number
  bytes(): Uint8Array
  text(): string
}

/** @throws {KeyError} `signer_failed` where a part says that it is longer than what is left */
export function createWireReader(message: Uint8Array): WireReader {
  const buffer = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  let at = 0
  const take = (length: number) => {
    if (at + length > buffer.length) throw agentFailed('its answer is cut short', 'Start the agent anew')
    at += length
    return at - length
  }
  const reader: WireReader = {
    uint32: () => buffer.readUInt32BE(take(4)),
    bytes() {
      const length = reader.uint32()
      const from = take(length)
      return buffer.subarray(from, from + length)
    },
    text: () => Buffer.from(reader.bytes()).toString('utf8'),
  }
  return reader
}
