import { clientCredentials, jwtBearerAssertionType } from 'pkjwt/rules'
import { shellWord, singleQuoted, stringLiteral } from './quoting.js'

/** What a snippet is made for. */
export interface SnippetFacts {
  readonly tokenEndpoint: string
  /** The organisation or issuer for our own command line; undefined for other providers. */
  readonly org: string | undefined
  readonly audience: string | undefined
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly token: string
  /** Write the token into the snippet instead of reading it from a variable. */
  readonly inline: boolean
}

/** One thing to paste next. */
export interface Snippet {
  readonly id: 'curl' | 'pkjwt' | 'node' | 'python' | 'java' | 'actions' | 'env'
  /** It signs by itself, so that the token has no place in it. */
  readonly signs: boolean
  write(facts: SnippetFacts): string
}

/** The name of the variable that holds the token where it is not written out. */
const variable = 'CLIENT_ASSERTION'

/** Every snippet, in the order of its tab. */
export const snippets: readonly Snippet[] = [
  { id: 'curl', signs: false, write: writeCurl },
  { id: 'pkjwt', signs: true, write: writePkjwt },
  { id: 'node', signs: false, write: writeNode },
  { id: 'python', signs: false, write: writePython },
  { id: 'java', signs: false, write: writeJava },
  { id: 'actions', signs: true, write: writeActions },
  { id: 'env', signs: false, write: writeEnv },
]

// The assertion comes through stdin: what stands on a command line can be read by every process of the machine.
function writeCurl({ tokenEndpoint, scopes, token, inline }: SnippetFacts): string {
  const assertion = inline ? `printf %s ${shellWord(token)} |` : `printf %s "$${variable}" |`
  const lines = [
    `${assertion} curl -sS ${shellWord(tokenEndpoint)}`,
    `--data-urlencode grant_type=${clientCredentials}`,
    ...(scopes.length === 0 ? [] : [`--data-urlencode ${shellWord(`scope=${scopes.join(' ')}`)}`]),
    `--data-urlencode client_assertion_type=${jwtBearerAssertionType}`,
    '--data-urlencode client_assertion@-',
  ]
  return lines.join(' \\\n  ')
}

function writePkjwt({ tokenEndpoint, org, audience, clientId, scopes }: SnippetFacts): string {
  const server = org === undefined ? [`--token-endpoint ${shellWord(tokenEndpoint)}`] : [`--org ${shellWord(org)}`]
  const other =
    org === undefined && audience !== undefined && audience !== tokenEndpoint ? [`--audience ${shellWord(audience)}`] : []
  const flags = [...server, ...other, `--client-id ${shellWord(clientId)}`, '--key private-key.jwk']
  return ['pkjwt token', ...flags, ...scopes.map((scope) => `--scope ${shellWord(scope)}`)].join(' \\\n  ')
}

function writeNode({ tokenEndpoint, scopes, token, inline }: SnippetFacts): string {
  return `const response = await fetch(${singleQuoted(tokenEndpoint)}, {
  method: 'POST',
  headers: { accept: 'application/json' },
  body: new URLSearchParams({
    grant_type: '${clientCredentials}',
    scope: ${singleQuoted(scopes.join(' '))},
    client_assertion_type: '${jwtBearerAssertionType}',
    client_assertion: ${inline ? singleQuoted(token) : `process.env.${variable}`},
  }),
})
console.log(response.status, await response.json())`
}

function writePython({ tokenEndpoint, scopes, token, inline }: SnippetFacts): string {
  return `import json, os, urllib.error, urllib.parse, urllib.request

form = urllib.parse.urlencode({
    "grant_type": "${clientCredentials}",
    "scope": ${stringLiteral(scopes.join(' '))},
    "client_assertion_type": "${jwtBearerAssertionType}",
    "client_assertion": ${inline ? stringLiteral(token) : `os.environ["${variable}"]`},
})
try:
    with urllib.request.urlopen(${stringLiteral(tokenEndpoint)}, form.encode()) as response:
        print(json.load(response))
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())`
}

function writeJava({ tokenEndpoint, scopes, token, inline }: SnippetFacts): string {
  return `import java.net.URI;
import java.net.URLEncoder;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

class GetToken {
    public static void main(String[] arguments) throws Exception {
        var form = Map.of(
            "grant_type", "${clientCredentials}",
            "scope", ${stringLiteral(scopes.join(' '))},
            "client_assertion_type", "${jwtBearerAssertionType}",
            "client_assertion", ${inline ? stringLiteral(token) : `System.getenv("${variable}")`});
        var body = form.entrySet().stream()
            .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(URI.create(${stringLiteral(tokenEndpoint)}))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(response.statusCode() + " " + response.body());
    }
}`
}

function writeActions(facts: SnippetFacts): string {
  const command = writePkjwt(facts).replace('private-key.jwk', 'env:PRIVATE_KEY').split('\n')
  return `- name: Get an access token
  env:
    PRIVATE_KEY: \${{ secrets.PRIVATE_KEY }}
  run: |
    token=$(npx --yes ${command.map((line, index) => (index === 0 ? line : `    ${line}`)).join('\n')})
    echo "::add-mask::$token"
    echo "ACCESS_TOKEN=$token" >> "$GITHUB_ENV"`
}

function writeEnv({ tokenEndpoint, clientId, scopes, token, inline }: SnippetFacts): string {
  const lines = [
    ['TOKEN_ENDPOINT', tokenEndpoint],
    ['CLIENT_ID', clientId],
    ['SCOPES', scopes.join(' ')],
    ...(inline ? [[variable, token]] : []),
  ] as const
  return lines.map(([name, value = '']) => `${name}=${/^[\w@%+:,./-]*$/.test(value) ? value : stringLiteral(value)}`).join('\n')
}

/** What the API is called with once the token is there. */
export function writeApiCall(tokenEndpoint: string): string {
  return `curl -sS ${shellWord(`${new URL(tokenEndpoint).origin}/api/v1/users?limit=1`)} \\\n  -H "Authorization: Bearer $ACCESS_TOKEN"`
}
