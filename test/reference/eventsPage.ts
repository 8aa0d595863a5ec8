import { diagnosticsChannelName, type TokenEvent } from 'pkjwt/client'
import { auditEvents, logEvents } from '../../packages/server/src/log/events.js'
import type { LogLine } from '../../packages/server/src/log/log.js'
import { code, heading, page, table } from './markdown.js'

type Detail<Type extends TokenEvent['type']> = Omit<Extract<TokenEvent, { readonly type: Type }>, 'type' | 'clientId'>

/** What an event means, and each of its members. An event or a member that is missing here does not compile. */
type TokenEvents = {
  readonly [Type in TokenEvent['type']]: {
    readonly means: string
    readonly members: Readonly<Record<keyof Detail<Type>, string>>
  }
}

const endpoint = 'The URL that was asked'
const scopes = 'The scopes of the token'

/** The events of the token client. */
export const tokenEvents: TokenEvents = {
  signed: {
    means: 'An assertion was signed.',
    members: { endpoint, alg: 'The algorithm', kid: 'The name of the key', dpop: 'Whether a DPoP proof goes with it' },
  },
  requested: {
    means: 'The token endpoint answered.',
    members: {
      endpoint,
      status: 'The HTTP status',
      milliseconds: 'How long it took',
      requestId: "The server's name of the request",
    },
  },
  retried: {
    means: 'A request failed and is made again: after a wait when it may pass, at once when the answer said what was missing.',
    members: { endpoint, attempt: 'Which attempt failed', waitMilliseconds: 'How long it waits', reason: 'What happened' },
  },
  cacheHit: { means: 'A token was given from memory.', members: { scopes } },
  refreshed: {
    means: 'A new token is there.',
    members: {
      scopes,
      expiresAt: 'When it ends',
      from: '`server`, or `store` for one that another process bought',
      background: 'Whether it was bought before it was needed',
    },
  },
  refreshFailed: {
    means: 'A refresh in the background failed; the old token serves on.',
    members: { scopes, code: 'The code of the error', message: 'Its sentence' },
  },
  scopesDropped: {
    means: 'The server granted fewer scopes than were asked for.',
    members: { scopes: 'What was granted', dropped: 'What was not' },
  },
  skewChanged: {
    means: "The server's clock differs from ours by another amount than before.",
    members: { offsetSeconds: 'How far the server is ahead' },
  },
  refused: {
    means: 'The server said no: the token endpoint, or an API that `fetch` called.',
    members: {
      endpoint,
      status: 'The HTTP status',
      error: 'The code of the refusal',
      error_description: 'Its sentence',
      requestId: "The server's name of the request",
    },
  },
  dpopIgnored: {
    means: 'A proof of possession was sent, and the server gave a plain Bearer token all the same.',
    members: { endpoint },
  },
  storeFailed: {
    means: 'The token store could not be used; it counts as empty.',
    members: { operation: '`find`, `save` or `lock`', message: 'What was wrong' },
  },
}

/** The members of a line of the operational log. */
const logMembers: Readonly<Record<keyof LogLine, string>> = {
  time: 'When it was written, such as 2026-01-31T12:00:00.000Z',
  level: '`info`, `warn` or `error`',
  event: 'What happened: the table below',
  requestId: 'The id of the request, as in the header `x-okta-request-id`',
  endpoint: 'The endpoint, by its name in [metrics.md](metrics.md#endpoints)',
  rule: 'The rule that was broken: its chapter in [the rules](../rules.md)',
  member: 'The claim, header member or parameter at fault',
  found: 'The value seen, at most 200 characters; never a key or a whole token',
  expected: 'What was wanted',
  message: 'A sentence',
  leftOut: 'How many lines of this event and rule were left out since the last one',
}

/** Writes `docs/reference/events.md` from the tables of events. */
export function eventsPage(): string {
  return page(
    heading(
      'Events',
      'What a token client tells its program, what a server writes to its audit log, and what it writes to its operational log.',
    ),
    `## Token client\n\nA client tells each event to its \`onEvent\`, and publishes it on the channel \`${diagnosticsChannelName}\` of \`node:diagnostics_channel\`. Every event has \`type\` and \`clientId\`. None carries a token, an assertion, a proof or a key.`,
    table(
      ['Type', 'Meaning', 'Members'],
      Object.entries(tokenEvents).map(([type, { means, members }]) => [
        code(type),
        means,
        Object.entries(members)
          .map(([name, meaning]) => `${code(name)}: ${meaning}`)
          .join('; '),
      ]),
    ),
    '## Audit log\n\nA chain of hashes of each process, in the store, which nobody can change unseen. It is read at `GET /api/v1/logs` ([http.md](http.md)) and checked with `pkjwt server log verify`.',
    table(
      ['Event type', 'Meaning'],
      [
        ...Object.entries(auditEvents).map(([type, meaning]) => [code(type), meaning]),
        [
          '`app.oauth2.ENDPOINT.refused`',
          'A request of somebody who had proved who it is was refused; `ENDPOINT` is a name of [metrics.md](metrics.md#endpoints).',
        ],
      ],
    ),
    '## Operational log\n\nAn object for each line to `onLog` of the library. `pkjwt serve` writes it to stderr: time, level, event, sentence, then the other members as `name=value`. Refusals that come before a good signature stand here and nowhere else.',
    table(
      ['Member', 'Meaning'],
      Object.entries(logMembers).map(([name, meaning]) => [code(name), meaning]),
    ),
    table(
      ['Event', 'Meaning'],
      Object.entries(logEvents).map(([name, meaning]) => [code(name), meaning]),
    ),
  )
}
