// A load generator that costs little: sockets that stay open, requests written as bytes that were made before.
import { connect } from 'node:net'

/**
 * Sends requests over some connections until the time is over or there is none left.
 *
 * @param options.requests Whole HTTP requests as bytes; each is sent once.
 * @returns {Promise<{ answered: number, granted: number, perSecond: number, milliseconds: number[] }>}
 */
export async function sendLoad({ port, requests, connections, durationMilliseconds }) {
  const started = performance.now()
  const end = started + durationMilliseconds
  const milliseconds = []
  let next = 0
  let granted = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = await openSocket(port)
      while (performance.now() < end && next < requests.length) {
        const before = performance.now()
        const status = await socket.exchange(requests[next++])
        milliseconds.push(performance.now() - before)
        if (status === 200) granted++
      }
      socket.close()
    }),
  )
  const answered = milliseconds.length
  return { answered, granted, perSecond: (answered * 1000) / (performance.now() - started), milliseconds }
}

function openSocket(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let buffered = ''
    let settle
    socket.setEncoding('latin1')
    socket.on('data', (data) => {
      buffered += data
      const length = lengthOfAnswer(buffered)
      if (length === undefined || buffered.length < length) return
      const status = Number(buffered.slice(9, 12))
      buffered = buffered.slice(length)
      settle.resolve(status)
    })
    socket.on('error', (error) => (settle ? settle.reject(error) : reject(error)))
    socket.on('close', () => settle?.reject(new Error('the server closed the connection')))
    socket.on('connect', () =>
      resolve({
        exchange: (bytes) =>
          new Promise((done, fail) => {
            settle = { resolve: done, reject: fail }
            socket.write(bytes)
          }),
        close: () => {
          settle = undefined
          socket.destroy()
        },
      }),
    )
  })
}

/** Characters of the first whole answer in a buffer; `undefined` while its head is not there. */
function lengthOfAnswer(text) {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))
  if (length !== null) return head + 4 + Number(length[1])
  if (!/\r\ntransfer-encoding: *chunked/i.test(text.slice(0, head))) return head + 4
  const last = text.indexOf('\r\n0\r\n\r\n', head)
  return last < 0 ? undefined : last + 7
}

/** A token request as bytes. */
export function writeRequest({ port, path, body }) {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
