/** Loaded into each process of a site before its own code (`node --import`): when the launcher is gone, however it ended, the process stops by itself. */
import { flushCompileCache } from 'node:module'

const GRACE_MS = 10_000
const STARTED_MS = 5_000

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), GRACE_MS).unref()
  process.kill(process.pid, 'SIGTERM')
})
// the channel alone must not keep a process alive that has finished
process.channel?.unref()
// what was compiled is kept when the start is over, not only at a clean end: a process that was killed is back sooner
setTimeout(flushCompileCache, STARTED_MS).unref()
