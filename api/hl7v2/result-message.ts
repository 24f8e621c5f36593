/** ORU^R01 (HL7 v2.5.1, 7.3.1): whose it is, and for each OBR what was measured. Pure. */
import { createReader, type Message, type Reader, type Segment } from './syntax.ts'

export interface DeviceValue {
  /** OBX-3.1 and OBX-3.3. */
  readonly code: string
  readonly system: string
  readonly name: string
  /** OBX-2. */
  readonly kind: string
  /** Digits and words as they came. */
  readonly text: string
  readonly unit: string
  readonly range: string
  readonly flag: string
  /** OBX-11, table 0085. */
  readonly status: string
}
export interface ResultPatient { readonly numbers: readonly string[]; readonly name: string; readonly birthDate: string }
export interface ResultGroup {
  /** Of the PID that it stands under; empty where there is none. */
  readonly patient: ResultPatient
  /** Every number by which the order or the specimen may be named: ORC-2, ORC-3, OBR-2, OBR-3, OBR-18, SPM-2. */
  readonly numbers: readonly string[]
  readonly code: string
  readonly values: readonly DeviceValue[]
  readonly notes: readonly string[]
}
export interface ResultMessage {
  /** More than one PID: nobody guesses whose is what. */
  readonly several: boolean
  readonly groups: readonly ResultGroup[]
}

const toValue = (read: Reader, obx: Segment): DeviceValue => {
  const kind = read.at(obx, 2)
  const words = kind === 'CE' || kind === 'CWE' || kind === 'CNE'
  const parts = read.repetitions(obx, 5).map((raw) => (words ? read.component(raw, 2) || read.component(raw, 1) : kind === 'NM' ? read.component(raw, 1) : read.text(raw)))
  return {
    code: read.at(obx, 3), system: read.at(obx, 3, 3), name: read.at(obx, 3, 2), kind, text: kind === 'ED' || kind === 'RP' ? '' : parts.join('\n'), unit: read.at(obx, 6), range: read.text(obx.fields[7] ?? ''), flag: read.at(obx, 8),
    status: read.at(obx, 11),
  }
}

const STARTS: readonly string[] = ['ORC', 'OBR']

/** Segments of each OBR, with the ORC before it and the PID above it. What stands between a PID and its first order is of the person, not of the order before. */
const splitGroups = (segments: readonly Segment[]): { readonly pid: Segment | undefined; readonly lines: readonly Segment[] }[] => {
  const groups: { readonly pid: Segment | undefined; readonly lines: Segment[] }[] = []
  let pid: Segment | undefined
  let lines: Segment[] | undefined
  for (const each of segments) {
    if (each.name === 'PID') [pid, lines] = [each, undefined]
    else if (STARTS.includes(each.name) && !(each.name === 'OBR' && lines?.length === 1 && lines[0]?.name === 'ORC')) groups.push({ pid, lines: (lines = [each]) })
    else lines?.push(each)
  }
  return groups.filter((group) => group.lines.some(({ name }) => name === 'OBR'))
}

const toPatient = (read: Reader, pid: Segment | undefined): ResultPatient => {
  const birth = read.at(pid, 7)
  return {
    numbers: read.repetitions(pid, 3).map((raw) => read.component(raw, 1)).filter((number) => number !== ''),
    name: [read.at(pid, 5, 1), read.at(pid, 5, 3), read.at(pid, 5, 2)].filter((part) => part !== '').join(' '),
    birthDate: /^\d{8}/.test(birth) ? `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6, 8)}` : birth,
  }
}

const toGroup = (read: Reader, pid: Segment | undefined, segments: readonly Segment[]): ResultGroup => {
  const one = (name: string): Segment | undefined => segments.find((each) => each.name === name)
  const [orc, obr, spm] = [one('ORC'), one('OBR'), one('SPM')]
  const numbers = [read.at(orc, 2), read.at(orc, 3), read.at(obr, 2), read.at(obr, 3), read.at(obr, 18), read.at(spm, 2), read.component(spm?.fields[2] ?? '', 2)]
  return {
    patient: toPatient(read, pid), numbers: [...new Set(numbers.filter((number) => number !== ''))], code: read.at(obr, 4), values: segments.filter(({ name }) => name === 'OBX').map((obx) => toValue(read, obx)),
    notes: segments.filter(({ name }) => name === 'NTE').map((nte) => read.repetitions(nte, 3).map((raw) => read.text(raw)).join('\n')).filter((note) => note !== ''),
  }
}

export const readResults = (message: Message): ResultMessage => {
  const read = createReader(message)
  return {
    several: message.segments.filter(({ name }) => name === 'PID').length > 1,
    groups: splitGroups(message.segments).map(({ pid, lines }) => toGroup(read, pid, lines)),
  }
}
