/** Loaded into each process of a site before its own code (`node --import`): when the launcher is gone, however it ended, the process stops by itself. */
const GRACE_MS = 10_000

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), GRACE_MS).unref()
  process.kill(process.pid, 'SIGTERM')
})
// the channel alone must not keep a process alive that has finished
process.channel?.unref()
