/** The devices of a hospital put together: their file, the door at which they call, and a loop for each that receives orders. */
import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'
import { adminDeviceRoutes } from './http/admin-devices.ts'
import { queueOrders, sendOrders, type DeviceOrderDeps } from './http/device-orders.ts'
import { deviceQuarantineRoutes } from './http/device-quarantine.ts'
import { acceptResults } from './http/device-results.ts'
import { toBenchMessage } from './http/device-shown.ts'
import type { Log, Route } from './http/route.ts'
import type { WorkResultDeps } from './http/work-results.ts'
import { buildAck, type Answer } from './hl7v2/acknowledge.ts'
import { decodeMessage } from './hl7v2/decode.ts'
import { deviceFrom, parseDevices, type Device } from './hl7v2/devices.ts'
import { openListener, type Listener } from './hl7v2/listener.ts'
import { createReader, type Message } from './hl7v2/syntax.ts'
import { startLoop, type Loop } from './jobs/loop.ts'
import { instantIn } from './model/day.ts'

export interface Devices {
  readonly routes: readonly Route[]
  readonly findSent: WorkResultDeps['findSent']
  /** Opens the door and begins to send. */
  start(log: Pick<Log, 'warn'>): Promise<{ readonly port: number | undefined }>
  close(): Promise<void>
}

/** How often the record is asked for orders that are new. */
const REST_MS = 1_000

const readFile = (path: string | undefined): readonly Device[] => (path === undefined ? [] : parseDevices(readFileSync(path, 'utf8')))

export const composeDevices = (config: Pick<Config, 'hl7'>, deps: DeviceOrderDeps): Devices => {
  const { hl7: { host, port, devices: file } } = config
  const devices = readFile(file)
  const { queue, clock, ids, timeZone } = deps
  let listener: Listener | undefined
  let loops: readonly Loop[] = []
  /** Messages by device (or address, where it is nobody's) that were not taken. */
  const turned = new Map<string, number>()

  // what cannot be read says nothing of who sent it: it is kept for any device at the address
  const senderOf = (message: Message | undefined, address: string): Device | undefined =>
    message === undefined ? devices.find(({ from }) => from.includes(address)) : deviceFrom(devices, address, createReader(message).at(message.segments[0], 3))
  const answerTo = async (device: Device | undefined, bytes: Buffer, message: Message | undefined, address: string, warn: (what: Record<string, unknown>, message: string) => void): Promise<Answer> => {
    if (device === undefined) return { code: 'AR', error: 'field-missing' }
    try {
      return await acceptResults(deps, device, bytes, message, address)
    } catch (error) {
      warn({ device: device.name, error: error instanceof Error ? error.name : typeof error }, 'a result of a device could not be kept; the device sends it again')
      return { code: 'AE', error: 'internal' }
    }
  }

  return {
    findSent: async (order, analytes) => (await queue.ofOrder(order)).filter(({ state }) => state !== 'quarantined').map((kept) => toBenchMessage(kept, analytes, devices.find(({ name }) => name === kept.device))),
    routes: [
      ...deviceQuarantineRoutes({ ...deps, devices }),
      ...adminDeviceRoutes({ queue, devices, ids, door: () => ({ listening: listener === undefined ? '' : `${host}:${listener.port}`, refused: listener?.refused() ?? 0, turned: [...turned].map(([device, count]) => ({ device, count })) }) }),
    ],
    async start({ warn }) {
      if (port !== undefined) {
        const addresses = new Set(devices.flatMap(({ from }) => from))
        listener = await openListener({ host, port }, {
          isKnown: (address) => addresses.has(address), warn: (what, text) => warn(what, text),
          async onMessage(bytes, address) {
            const message = decodeMessage(bytes)
            const device = senderOf(message, address)
            const answer = await answerTo(device, bytes, message, address, warn)
            if (answer.code !== 'AA') {
              const who = device?.name ?? address
              const count = (turned.get(who) ?? 0) + 1
              turned.set(who, count)
              // one that sends it for ever is said at 1, 2, 4, 8 …
              if (Number.isInteger(Math.log2(count))) warn({ device: who, code: answer.code, error: answer.error, count }, 'a message of a device was not taken')
            }
            return buildAck(message, answer, { id: ids.uuid().slice(-20), at: instantIn(clock.now(), timeZone) })
          },
        })
      }
      loops = devices.filter(({ sendTo }) => sendTo !== undefined).map((device) => startLoop({
        name: `orders of ${device.name}`, log: { warn },
        async run() {
          await queueOrders(deps, device)
          await sendOrders(deps, device)
          return { wait: REST_MS }
        },
      }))
      return { port: listener?.port }
    },
    async close() {
      await Promise.all([listener?.close(), ...loops.map((loop) => loop.stop())])
    },
  }
}
