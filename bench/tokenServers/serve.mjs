// What the measured servers share: each runs in a process of its own, is told its keys, and tells its port and its CPU time.

/** @param {(settings: { clientId: string, clientJwk: object, alg: string, folder: string }) => Promise<{ port: number, path: string, issuer: string }>} start */
export function serve(start) {
  process.on('message', async (message) => {
    if (message.settings !== undefined) process.send({ started: await start(message.settings) })
    if (message.measure === true) process.send({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss })
    if (message.stop === true) process.exit(0)
  })
}
