/** Devices of laboratory and imaging as their administrator sees them: what waits, what was accepted last, what is wrong. Nothing of a patient, nothing of a message. */
import { z } from 'zod'
import type { Device } from '../hl7v2/devices.ts'
import type { DevicesPage, RefusedOrders } from '../model/devices.ts'
import type { DeviceQueue } from '../model/device-ports.ts'
import type { IdSource } from '../model/ports.ts'
import { rolesFor } from '../security/policy.ts'
import { parseInput } from './input.ts'
import { empty, json, type GuardedRequest, type Reply, type Route } from './route.ts'

export interface AdminDeviceDeps {
  readonly queue: DeviceQueue
  readonly devices: readonly Device[]
  readonly ids: IdSource
  /** Address at which devices call, '' while nobody may; and how often somebody unknown did. */
  readonly door: () => { readonly listening: string; readonly refused: number; readonly turned: readonly RefusedOrders[] }
}

const Which = z.object({ id: z.string().max(60) })

/** GET /api/admin/devices ; POST …/replay, …/skip {id} */
export const adminDeviceRoutes = ({ queue, devices, ids, door }: AdminDeviceDeps): Route[] => {
  const show = async (): Promise<Reply> => {
    const { devices: lines, orders } = await queue.lines()
    const answer: DevicesPage = {
      ...door(), orders,
      devices: devices.map(({ name, kind, from, sendTo }) => ({ waiting: 0, refused: 0, quarantined: 0, ...lines.find((line) => line.name === name), name, kind, from, ...(sendTo !== undefined && { sendTo }) })),
    }
    return json(200, answer)
  }
  /** Sent once more, as a new message behind all others. */
  const replay = async (request: GuardedRequest): Promise<Reply> => {
    const { id } = parseInput(Which, request.plain())
    await queue.replay(request.caller, id, ids.uuid().replaceAll('-', '').slice(-20), { action: 'E', interaction: 'device-replay', outcome: 'success' })
    return empty()
  }
  /** Given up, so that those behind it can go. */
  const skip = async (request: GuardedRequest): Promise<Reply> => {
    const { id } = parseInput(Which, request.plain())
    await queue.skip(request.caller, id, { action: 'E', interaction: 'device-skip', outcome: 'success' })
    return empty()
  }
  const administers = { site: 'hospital', access: { roles: rolesFor('admin.devices') } } as const
  return [
    { method: 'GET', url: '/api/admin/devices', ...administers, handler: show },
    { method: 'POST', url: '/api/admin/devices/replay', ...administers, handler: replay },
    { method: 'POST', url: '/api/admin/devices/skip', ...administers, handler: skip },
  ]
}
