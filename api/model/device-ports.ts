/** Port of the store for messages of devices and orders that wait for them. */
import type { DeviceLine, DeviceMessage, DeviceOrderLine, RefusedOrders } from './devices.ts'
import type { AuditRow, Caller } from './ports.ts'

export interface WaitingOrder { readonly id: string; readonly control: string; readonly body: string; readonly tries: number }

export interface DeviceQueue {
  /** Parts of the message that are kept already. */
  known(device: string, control: string, digest: string): Promise<ReadonlySet<number>>
  ofOrder(order: string): Promise<readonly DeviceMessage[]>
  /** The newest of what a person decides; a long body is left out (empty), `find` has it. */
  quarantine(devices: readonly string[]): Promise<readonly DeviceMessage[]>
  count(devices: readonly string[]): Promise<number>
  refused(devices: readonly string[]): Promise<readonly RefusedOrders[]>
  find(id: string): Promise<DeviceMessage | undefined>
  /** From when on orders of the device are looked for; it begins now. */
  place(device: string): Promise<string>
  move(device: string, to: string): Promise<void>
  /** Those of these that are queued already. */
  queued(device: string, sources: readonly string[]): Promise<ReadonlySet<string>>
  /** The last message that the device got or will get of the order. */
  lastOf(device: string, order: string): Promise<string | undefined>
  /** The first that waits, when its time has come. */
  next(device: string): Promise<WaitingOrder | undefined>
  answered(id: string, code: string): Promise<void>
  /** Refused for good: those behind it go on. */
  turnedDown(id: string, error: string): Promise<void>
  failed(id: string, error: string, pauseMs: number): Promise<void>
  lines(): Promise<{ readonly devices: readonly Omit<DeviceLine, 'kind' | 'from' | 'sendTo'>[]; readonly orders: readonly DeviceOrderLine[] }>
  /** With its audit row, which names order and patient. Throws not-found, and device-superseded where a later message of the order stands. */
  replay(caller: Caller, id: string, control: string, row: AuditRow): Promise<void>
  skip(caller: Caller, id: string, row: AuditRow): Promise<void>
}
