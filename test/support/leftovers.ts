/**
 * Vitest's set-up of each file that shares a process with others: what the file has put into the process for everybody (environment, working folder,
 * listeners, functions in place of the platform's) must be gone at its end, or the file fails. So no file can lean on one that ran before it.
 */
import { afterAll } from 'vitest'

type Footprint = ReadonlyMap<string, unknown>

const EVENTS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection']
/** Set once by MikroORM, when it is loaded. */
const OF_LIBRARIES = /^MIKRO_ORM_/
const PLATFORM: readonly (readonly [owner: string, object, ...names: string[]])[] = [
  ['globalThis', globalThis, 'Date', 'fetch', 'setTimeout', 'setInterval', 'crypto'], ['Date', Date, 'now'], ['performance', performance, 'now'], ['Math', Math, 'random'],
  ['process', process, 'exit', 'kill', 'env'], ['process.stdout', process.stdout, 'write'],
]

/** What the process is now, by name. */
export const footprint = (): Footprint => new Map<string, unknown>([
  ...Object.entries(process.env).filter(([name]) => !OF_LIBRARIES.test(name)).map(([name, value]): [string, unknown] => [`environment ${name}`, value]),
  ['working folder', process.cwd()], ['exit code', process.exitCode],
  ...EVENTS.map((event): [string, unknown] => [`listeners of ${event}`, process.listenerCount(event)]),
  ...PLATFORM.flatMap(([owner, holder, ...names]) => names.map((name): [string, unknown] => [`${owner}.${name}`, Reflect.get(holder, name)])),
])

/** Names of what is not as it was. */
export const leftovers = (before: Footprint, after: Footprint): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => !Object.is(before.get(name), after.get(name)))

const before = footprint()
// registered first, so it runs after the file's own
afterAll(() => {
  const left = leftovers(before, footprint())
  if (left.length > 0) throw new Error(`The file leaves behind, in a process that others use: ${left.join(', ')}`)
})
