// Runs the suite on whatever runtime reads this: `RUNTIME runSuite.mjs`, with what it needs as JSON in the environment.
import { runSuite } from './runtimeSuite.mjs'

const { library, origin, apps } = JSON.parse(globalThis.process.env.PKJWT_SUITE)
const results = await runSuite({ library: await import(library), origin, apps })
console.log(JSON.stringify(results))
globalThis.process.exit(0)
