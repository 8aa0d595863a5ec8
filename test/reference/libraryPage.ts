import { type Exported, entries, type Member } from './exported.js'
import { code, codes, heading, page, section, table } from './markdown.js'

/** What each entry is for. */
const purposes: Readonly<Record<string, string>> = {
  pkjwt: 'What most programs need: read a key, make an assertion, buy tokens, find out why a token is refused.',
  'pkjwt/errors': 'The classes of errors, and every code. [errors.md](errors.md) tells what each code means.',
  'pkjwt/keys': 'Keys: read, write, generate, and sign with them.',
  'pkjwt/jwt': 'JSON Web Signatures in their compact form.',
  'pkjwt/protocol':
    'Everything on the wire, in both directions: assertions, requests, answers, proofs, metadata, the management API.',
  'pkjwt/client': 'The token client, administration of apps, and rotation of keys.',
  'pkjwt/node': 'What needs Node: files, the SSH agent, a `fetch` without the global one.',
  'pkjwt/profiles': 'The limits and refusal texts of Okta, RFC 7523 and others.',
  'pkjwt/rules': 'The rulebook itself. [The rules](../rules.md) tells what each one means.',
  'pkjwt/containers': 'Forms of keys, told apart by what they hold.',
  'pkjwt/encoding': 'base64url, JSON, PEM and DER, strictly.',
  '@pkjwt/server': 'The authorization server, in a process of yours.',
  '@pkjwt/server/testing': 'The authorization server within a test.',
}

const kinds = ['function', 'class', 'constant', 'type'] as const

/** Writes `docs/reference/library.md` from everything that can be imported. */
export function libraryPage(all: readonly Exported[]): string {
  const first = new Map([...all].reverse().map((each) => [keyOf(each), each.entry]))
  return page(
    heading('Library', 'Everything that can be imported, with its doc comment. Types are as TypeScript sees them.'),
    'Each example is compiled and run by `npm test`. It finds `assert`, and an app of the organisation `example.okta.com`: its `clientId`, `scopes`, its private `key`, which also lies in `private-key.pem` and `private-key.jwk`, the set `keys` and the `jwk` of its public half, a fresh `assertion`, a token `client`, and the `server` that stands for the organisation, with its `tokenEndpoint`.',
    table(
      ['Import from', 'For'],
      Object.keys(entries).map((entry) => [`[${code(entry)}](#${anchor(entry)})`, purposes[entry] ?? '']),
    ),
    ...Object.keys(entries).flatMap((entry) => {
      const own = all.filter((each) => each.entry === entry && first.get(keyOf(each)) === entry)
      const others = all.filter((each) => each.entry === entry && first.get(keyOf(each)) !== entry)
      return [
        `## ${entry}\n\n${purposes[entry]}`,
        others.length === 0 ? '' : `Also here, and told where it stands first: ${codes(others.map(({ name }) => name))}.`,
        ...kinds.flatMap((kind) => own.filter((each) => each.kind === kind).map(chapter)),
      ]
    }),
  )
}

function keyOf({ file, name }: Exported): string {
  return `${file} ${name}`
}

/** As GitHub and the site make it of a heading. */
function anchor(entry: string): string {
  return entry
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')
}

function chapter({ name, signature, text, parameters, returns, throws, examples, members }: Exported): string {
  return section(
    `### ${name}`,
    `~~~ts\n${signature}\n~~~`,
    paragraphs(text),
    table(['Parameter', 'Type', 'Meaning'], parameters.filter((each) => each.text !== '').map(memberRow)),
    returns === '' ? '' : `Returns: ${oneLine(returns)}`,
    throws.map((each) => `- Throws ${oneLine(each)}`).join('\n'),
    table(['Member', 'Type', 'Meaning'], members.map(memberRow)),
    ...examples.map((each) => `Example:\n\n~~~ts\n${each.trim()}\n~~~`),
  )
}

function memberRow({ name, type, isOptional, text }: Member): string[] {
  return [code(isOptional ? `${name}?` : name), code(type), oneLine(text)]
}

/** A comment breaks its lines for the source; a page breaks its own. */
function paragraphs(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((each) => (/^\s*[-*] /m.test(each) ? each : oneLine(each)))
    .join('\n\n')
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim()
}
