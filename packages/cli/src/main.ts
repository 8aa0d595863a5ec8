import { findCommand } from './commands.js'
import { runProcess } from './runProcess.js'

// The entry of `pkjwt`.
void runProcess(process.argv.slice(2), findCommand)
