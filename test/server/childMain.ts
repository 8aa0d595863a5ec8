import { createAuthorizationServer } from '@pkjwt/server'

// A server process for tests: its settings come as JSON in the environment, its address goes out as a line, SIGTERM ends it.
const settings = JSON.parse(process.env['PKJWT_CHILD'] ?? '{}')
const { clockOffsetSeconds = 0, port = 0, ...options } = settings
const server = createAuthorizationServer({
  ...options,
  clock: () => new Date(Date.now() + clockOffsetSeconds * 1000),
  onLog: (line) => process.stderr.write(`${JSON.stringify(line)}\n`),
})
const { url } = await server.listen({ port })
await server.ready()
process.stdout.write(`${url}\n`)
process.on('SIGTERM', () => {
  void server.close().then(() => process.exit(0))
})
