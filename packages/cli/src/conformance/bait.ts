import { createServer } from 'node:http'
import { isLoopback } from 'pkjwt/protocol'
import type { Graded } from './grade.js'
import { writeCurl } from './report/curl.js'
import type { Subject } from './subject.js'
import { answerOfCut } from './volley.js'
import type { Sender } from './wire/polite.js'
import { factsOf, writeRequest } from './wire/request.js'
import { describeAnswer, stopWhenBusy } from './wire/send.js'

/** An address on this machine that offers a stranger's keys, and counts its callers. */
interface Bait extends AsyncDisposable {
  readonly url: string
  readonly calls: () => number
}

/**
 * Lays out a key set and sends tokens that name its address. A server that calls it lets everybody send it anywhere (RFC 8725 §3.10).
 * Only a server on this machine can call an address on this machine, so that no other is asked.
 */
export async function gradeBaits(subject: Subject, sender: Sender): Promise<readonly Graded[]> {
  if (!isLoopback(new URL(subject.endpoints[0]).host)) return []
  const { stranger } = await factsOf(subject)
  await using bait = await layOut(JSON.stringify({ keys: [stranger.publicKey.jwk] }))
  return [await take('jku', bait, subject, sender), await take('x5u', bait, subject, sender)]
}

async function take(member: 'jku' | 'x5u', bait: Bait, subject: Subject, { pause, send }: Sender): Promise<Graded> {
  await pause()
  const callsBefore = bait.calls()
  const request = await writeRequest({ signer: 'stranger', header: { [member]: bait.url } }, subject)
  const answer = await send(request).catch(answerOfCut)
  if (answer !== undefined) stopWhenBusy(answer)
  const isCalled = bait.calls() > callsBefore
  const came = answer === undefined ? 'the connection was cut' : describeAnswer(answer)
  const verdict = isCalled || answer?.isToken ? 'accepted' : answer === undefined ? 'failed' : 'right'
  const result = {
    id: `bait/${member}`,
    group: 'signature',
    what: `the address in "${member}" is never called`,
    specification: 'RFC 8725 §3.10; RFC 7515 §10.1',
    verdict,
    expected: 'no call to the address',
    came: `${isCalled ? 'the address was called' : 'no call'}; ${came}`,
    curl: verdict === 'right' ? undefined : writeCurl(request),
  } as const
  return { result, request, answer }
}

async function layOut(body: string): Promise<Bait> {
  let calls = 0
  const server = createServer((_, response) => {
    calls += 1
    response.setHeader('content-type', 'application/json').end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/keys`,
    calls: () => calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
