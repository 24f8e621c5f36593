/** The devices of a hospital as its administrator writes them into a file: who may call, where orders go, and which of their codes and units are ours. */
import { z } from 'zod'

const address = z.string().regex(/^\[?[\w.:-]{1,253}\]?:\d{1,5}$/, 'host:port')
const Device = z.strictObject({
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u, 'letters, digits, spaces, at most 40'),
  kind: z.enum(['lab', 'imaging']),
  /** Addresses (IP) from which it may call; none: it only receives. */
  from: z.array(z.string().min(2).max(45)).max(20).default([]),
  /** MSH-3 of what it sends, where several devices have one address. */
  application: z.string().max(100).optional(),
  /** Where orders go; none: it only sends. */
  sendTo: address.optional(),
  /** Its codes (OBX-3.1) by LOINC. */
  codes: z.record(z.string().max(50), z.string().regex(/^\d{1,7}-\d$/, 'a LOINC code')).default({}),
  /** Codes of our list of orders that it takes, of the laboratory; none: orders that measure one of its codes. */
  orders: z.array(z.string().min(1).max(20)).max(500).optional(),
  /** Its units (OBX-6.1) as UCUM. */
  units: z.record(z.string().max(50), z.string().max(50)).default({}),
})
export type Device = z.infer<typeof Device>

const File = z.strictObject({ devices: z.array(Device).max(100) })

/** Throws with a line that says what is wrong. */
export const parseDevices = (text: string): readonly Device[] => {
  let plain: unknown
  try {
    plain = JSON.parse(text)
  } catch {
    throw new Error('EMR_HL7_DEVICES: the file is not JSON')
  }
  const result = File.safeParse(plain)
  if (!result.success) throw new Error(`EMR_HL7_DEVICES: ${result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`)
  const { devices } = result.data
  if (new Set(devices.map(({ name }) => name)).size !== devices.length) throw new Error('EMR_HL7_DEVICES: two devices have the same name')
  return devices
}

/** Of those that may call from the address, the one whose application it is; undefined: nobody's, or it cannot be told whose. */
export const deviceFrom = (devices: readonly Device[], from: string, application: string): Device | undefined => {
  const known = devices.filter((device) => device.from.includes(from))
  const named = known.filter((device) => device.application === application)
  const any = known.filter((device) => device.application === undefined)
  return named.length === 1 ? named[0] : named.length === 0 && any.length === 1 ? any[0] : undefined
}
