/**
 * Orders for devices. Laboratory: OML^O21 (HL7 v2.5.1, 4.4.6), since it alone carries the specimen with its number (SPM-2), by which an analyser asks and answers. Imaging: ORM^O01 (4.4.1), which RIS and
 * modality work lists of IHE Scheduled Workflow take, with the accession number in OBR-18 (https://profiles.ihe.net/RAD, RAD-2). Pure.
 */
import type { WorkRow } from '../model/results.ts'
import { field, segment, toTimestamp, writeMessage } from './syntax.ts'

/** ORC-1, table 0119: new, change, cancel. */
export type OrderControl = 'NW' | 'XO' | 'CA'
export interface OrderMessage { readonly kind: 'lab' | 'imaging'; readonly control: OrderControl; readonly row: WorkRow; readonly id: string; readonly at: string; readonly hospital: string; readonly device: string; readonly tests: readonly { readonly code: string; readonly name: string }[] }

const SEXES: Readonly<Record<string, string>> = { male: 'M', female: 'F', other: 'O' }

/** Vietnamese names have the family name first: PID-5.1, the rest in PID-5.2. */
const nameField = (name: string): string => { const [family = '', ...given] = name.split(' '); return field(family, given.join(' ')) }

export const buildOrderMessage = ({ kind, control, row, id, at, hospital, device, tests }: OrderMessage): string => {
  const accession = row.accession ?? ''
  const service = field(row.code, row.test, 'L')
  const priority = row.urgent ? 'S' : 'R'
  const imaging: Readonly<Record<number, string>> = kind === 'imaging' ? { 5: priority, 18: field(accession), 27: `^^^^^${priority}` } : {}
  return writeMessage([
    segment('MSH', { 3: 'EMR', 4: field(hospital), 5: field(device), 7: toTimestamp(at), 9: kind === 'lab' ? field('OML', 'O21', 'OML_O21') : field('ORM', 'O01', 'ORM_O01'), 10: field(id), 11: 'P', 12: '2.5.1', 18: 'UNICODE UTF-8' }),
    segment('PID', { 1: '1', 3: field(row.number, '', '', 'EMR', 'MR'), 5: nameField(row.name), 7: (row.birthDate ?? '').replaceAll('-', ''), 8: SEXES[row.gender ?? ''] ?? 'U' }),
    segment('PV1', { 1: '1', 2: 'O', 3: field(row.department) }),
    segment('ORC', { 1: control, 2: field(row.order), 9: toTimestamp(at), 12: field('', row.doctor) }),
    ...(kind === 'lab' ? [segment('TQ1', { 1: '1', 9: priority })] : []),
    segment('OBR', { 1: '1', 2: field(row.order), 4: service, ...imaging, 13: field(row.indication ?? ''), 16: field('', row.doctor) }),
    ...(kind === 'lab' ? [...tests.map(({ code, name }, at) => segment('OBX', { 1: String(at + 1), 2: 'NM', 3: field(code, name, 'LN'), 11: 'O' })), segment('SPM', { 1: '1', 2: field(accession), 4: 'USP' })] : []),
  ])
}
