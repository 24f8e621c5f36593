/** Port of the store for messages of devices and orders that wait for them. */
import type { DeviceLine, DeviceMessage, DeviceOrderLine } from './devices.ts'
import type { AuditRow, Caller } from './ports.ts'

export interface WaitingOrder { readonly id: string; readonly control: string; readonly body: string; readonly tries: number }

export interface DeviceQueue {
  /** Parts of the message that are kept already. */
  known(device: string, control: string, digest: string): Promise<ReadonlySet<number>>
  ofOrder(order: string): Promise<readonly DeviceMessage[]>
  quarantine(devices: readonly string[]): Promise<readonly DeviceMessage[]>
  find(id: string): Promise<DeviceMessage | undefined>
  /** From when on orders of the device are looked for; it begins now. */
  place(device: string): Promise<string>
  move(device: string, to: string): Promise<void>
  /** Those of these that are queued already. */
  queued(device: string, sources: readonly string[]): Promise<ReadonlySet<string>>
  /** The first that waits, when its time has come. */
  next(device: string): Promise<WaitingOrder | undefined>
  answered(id: string, code: string): Promise<void>
  failed(id: string, error: string, pauseMs: number): Promise<void>
  lines(): Promise<{ readonly devices: readonly Omit<DeviceLine, 'kind' | 'from' | 'sendTo'>[]; readonly orders: readonly DeviceOrderLine[] }>
  /** With its audit row. Throws not-found. */
  replay(caller: Caller, id: string, control: string, row: AuditRow): Promise<void>
  skip(caller: Caller, id: string, row: AuditRow): Promise<void>
}
