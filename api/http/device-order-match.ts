/** The order that a device names: by our number of it (placer), or by the number of its specimen. Two numbers that lead to different orders lead to none. */
import { analyteOf } from '../hl7v2/take-values.ts'
import type { Device } from '../hl7v2/devices.ts'
import type { ResultGroup } from '../hl7v2/result-message.ts'
import type { AnalyteList } from '../laboratory/analyte-list.ts'
import type { DeviceReason } from '../model/devices.ts'
import { arrayAt, parseJsonObject, stringAt } from '../model/json.ts'
import type { Caller } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import { SID } from '../model/systems.ts'
import { categoryOf, readMany, searchOwn, type WorkDeps } from './work-orders.ts'

/** What goes into a search without its marks. */
const NUMBER = /^[\w.-]{1,64}$/

const codeOf = ({ body }: StoredVersion): string => stringAt(parseJsonObject(body), 'code', 'coding', 0, 'code') ?? ''

const MOST_RETURNED = 100

/** Whether a specimen of the order was given back: then only a number of a specimen says which of them was measured. */
const gaveBackOne = async (deps: WorkDeps, caller: Caller, { id, patient }: StoredVersion): Promise<boolean> => {
  if (patient === undefined) return false
  const { matches } = await searchOwn(deps, caller, 'Specimen', [['patient', `Patient/${patient}`], ['status', 'unsatisfactory,entered-in-error']], MOST_RETURNED)
  return matches.some(({ body }) => arrayAt(parseJsonObject(body), 'request').some((request) => stringAt(request, 'reference') === `ServiceRequest/${id}`))
}

export const findOrderNamed = async (deps: WorkDeps & { readonly analytes: AnalyteList }, caller: Caller, device: Device, group: Pick<ResultGroup, 'numbers' | 'code' | 'values'>): Promise<{ readonly order: string } | { readonly reason: Extract<DeviceReason, 'no-order' | 'order-ambiguous' | 'specimen-returned'> }> => {
  const numbers = group.numbers.filter((number) => NUMBER.test(number))
  const [placed, reports, tubes] = await Promise.all([
    readMany(deps, caller, 'ServiceRequest', numbers),
    Promise.all(numbers.map((number) => searchOwn(deps, caller, 'DiagnosticReport', [['identifier', `${SID.accession}|${number}`]], 50))),
    Promise.all(numbers.map((number) => searchOwn(deps, caller, 'Specimen', [['identifier', `${SID.accession}|${number}`], ['status', 'unsatisfactory,entered-in-error']], 1))),
  ])
  // a value of it that comes late is of no order, also where the order was taken in again
  if (tubes.some(({ matches }) => matches.length > 0)) return { reason: 'specimen-returned' }
  const specimens = await readMany(deps, caller, 'ServiceRequest', reports.flatMap(({ matches }) => matches.map(({ id }) => id)))
  const ofKind = (found: Iterable<StoredVersion>): StoredVersion[] => [...found].filter(({ deleted, body }) => !deleted && categoryOf(parseJsonObject(body)) === device.kind)
  const [named, sampled] = [ofKind(placed.values()), ofKind(specimens.values())]
  const [order] = named
  if (order !== undefined && named.length === 1 && sampled.length === 0 && await gaveBackOne(deps, caller, order)) return { reason: 'specimen-returned' }
  if (order !== undefined) return named.length > 1 || (sampled.length > 0 && !sampled.some(({ id }) => id === order.id)) ? { reason: 'order-ambiguous' } : { order: order.id }
  if (sampled.length === 0) return { reason: 'no-order' }
  const measures = (code: string): boolean => group.values.every((value) => analyteOf(value, deps.analytes.of(code), device) !== undefined)
  const asked = sampled.filter((each) => codeOf(each) === group.code)
  const fits = sampled.length === 1 ? sampled : asked.length > 0 ? asked : sampled.filter((each) => measures(codeOf(each)))
  return fits.length === 1 && fits[0] !== undefined ? { order: fits[0].id } : { reason: 'order-ambiguous' }
}
