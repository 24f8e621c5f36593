/** Messages of devices as pages show them. What the device said of a value stands beside what we say. */
import { decodeMessage } from '../hl7v2/decode.ts'
import type { Device } from '../hl7v2/devices.ts'
import { readResults, type ResultGroup, type ResultMessage } from '../hl7v2/result-message.ts'
import { judgeValues } from '../hl7v2/take-values.ts'
import type { Analyte } from '../model/analytes.ts'
import type { BenchMessage, DeviceMessage, DeviceShown, QuarantineRow } from '../model/devices.ts'

export interface ReadPart { readonly message: ResultMessage; readonly group: ResultGroup }

/** The OBR of a kept message; undefined: it could not be read. */
export const readPart = ({ body, part }: Pick<DeviceMessage, 'body' | 'part'>): ReadPart | undefined => {
  const decoded = decodeMessage(body)
  const message = decoded && readResults(decoded)
  const group = message?.groups[part]
  return message === undefined || group === undefined ? undefined : { message, group }
}

const shown = (group: ResultGroup | undefined, analytes: readonly Analyte[], device: Device | undefined): DeviceShown[] => judgeValues(group?.values ?? [], device === undefined ? [] : analytes, device ?? { codes: {}, units: {} }).map(({ value, analyte, reason }) => {
  const { code, name, text, unit, range, flag, status } = value
  return { code, name: name === '' ? code : name, text, unit, range, flag, status, ...(analyte && { analyte: analyte.code }), ...(reason && { reason }) }
})

export const toBenchMessage = (kept: DeviceMessage, analytes: readonly Analyte[], device: Device | undefined): BenchMessage => {
  const group = readPart(kept)?.group
  return { id: kept.id, device: kept.device, at: kept.at, state: kept.state, values: shown(group, analytes, device), notes: group?.notes ?? [] }
}

export const toQuarantineRow = (kept: DeviceMessage): QuarantineRow => {
  const read = readPart(kept)
  const { numbers, name, birthDate } = read?.group.patient ?? { numbers: [], name: '', birthDate: '' }
  return {
    id: kept.id, device: kept.device, at: kept.at, reason: kept.state === 'differs' ? 'differs' : kept.reason ?? 'unreadable', about: kept.about ?? '', numbers: read?.group.numbers ?? [],
    patient: { number: numbers.join(', '), name, birthDate }, values: shown(read?.group, [], undefined), notes: read?.group.notes ?? [],
    ...(kept.order !== undefined && { order: kept.order }),
  }
}
