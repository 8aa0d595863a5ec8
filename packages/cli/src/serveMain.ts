import { serve } from './commands/serve.js'
import { runProcess } from './runProcess.js'

// The entry of `pkjwt-server`: the one command `serve`, with or without its name.
const [first, ...rest] = process.argv.slice(2)
const words = first === undefined ? [] : first === 'serve' ? rest : [first, ...rest]
void runProcess(['serve', ...words], async () => serve)
