/** Processor time that each part of a site has used, from /proc (proc_pid_stat(5)): unlike a rate it hardly changes when others use the machine too. */
import fs from 'node:fs'

/** Seconds since each process began, by part. */
export type ProcessorTime = ReadonlyMap<string, number>

const TICKS = 100

const partOf = (command: string): string | undefined => {
  if (command.includes('api/server.ts')) return 'server'
  if (command.includes('jobs/worker.ts')) return 'worker'
  if (!command.startsWith('postgres')) return undefined
  return /emr_(?:app|worker|owner)/.test(command) ? 'sessions of postgres' : 'rest of postgres'
}

const readOr = (file: string): string => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return '' // the process has ended
  }
}

interface Process { readonly pid: number; readonly parent: number; readonly seconds: number }

const running = (): Process[] => fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => {
  // what stands behind the name, which may hold spaces itself, begins with the third field
  const fields = readOr(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
  return { pid: Number(pid), parent: Number(fields[1] ?? 0), seconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS }
})

/** Of the servers, workers and PostgreSQL that this process has started, and of itself, the load. */
export const processorTime = (): ProcessorTime => {
  const all = running()
  const ours = new Set([process.pid])
  // a child may stand before its parent in the list
  for (let known = 0; known < ours.size;) {
    known = ours.size
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid)
  }
  const used = new Map<string, number>()
  for (const { pid, seconds } of all.filter((each) => ours.has(each.pid))) {
    const part = pid === process.pid ? 'load' : partOf(readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
    if (part !== undefined) used.set(part, (used.get(part) ?? 0) + seconds)
  }
  return used
}

/** "server 0.42, sessions of postgres 0.31 ms" for each of so many requests. */
export const sayProcessorTime = (before: ProcessorTime, after: ProcessorTime, requests: number): string =>
  `${[...after].map(([part, seconds]) => `${part} ${(((seconds - (before.get(part) ?? 0)) * 1000) / Math.max(1, requests)).toFixed(2)}`).join(', ')} ms of processor for each request`
