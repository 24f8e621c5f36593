/** What is asked of a FHIR server, and what of it must come back. The same requests for every server; a number picks the patient. */
import { codeSystem, filterOf, valueSetOfAll, VALUE_SET, type Plain } from './code-list.ts'
import { codeOf, IDENTIFIER, nameOf, observation, patient, patientId, RARE_CODE, recordOf, transactionOf, type Sizes } from './data.ts'
import type { Ask, Told } from './http-load.ts'
import type { Target } from './own-site.ts'

export interface Workload {
  readonly name: string
  /** What the rate is held against, and the least share of it that the issue of this work asks for. */
  readonly limit: 'read' | 'insert' | 'bulk'
  readonly gate: number
  /** Milliseconds that one client alone may wait, by the median. */
  readonly alone: number
  /** Resources that one request moves, where the limit counts resources. */
  readonly resources?: number
  readonly next: (at: number) => Ask
  /** What must be there first; asked for once. */
  readonly prepare?: readonly Ask[]
  /** Keeps count itself of what it has asked for. */
  readonly counts?: boolean
  readonly wanted: (told: Told) => boolean
}

/** Spreads numbers over patients so that neighbours in time are none in the data. */
const spread = (at: number, among: number): number => (at * 7919 + 13) % among

const status = (...codes: number[]) => ({ status: code }: Told): boolean => codes.includes(code)
/** A page with at least so many matches. */
const matches = (least: number) => ({ status: code, body }: Told): boolean => code === 200 && body.toString('latin1').split('"mode":"match"').length - 1 >= least

/** `turn`: another number for each run on the same data, so that nothing is created twice. */
export const workloadsFor = ({ path, headers }: Target, sizes: Sizes, turn: string): Workload[] => {
  const json = { ...headers, 'content-type': 'application/fhir+json' }
  const get = (address: string): Ask => ({ method: 'GET', path: `${path}/${address}`, headers })
  const post = (type: string, resource: Record<string, unknown>): Ask => ({ method: 'POST', path: `${path}${type}`, headers: json, body: JSON.stringify(resource) })
  const put = (resource: Plain): Ask => ({ method: 'PUT', path: `${path}/${String(resource.resourceType)}/${String(resource.id)}`, headers: json, body: JSON.stringify(resource) })
  const expandAsk = (at: number): Ask => get(`ValueSet/$expand?url=${word(VALUE_SET)}&filter=${word(filterOf(at))}&count=20&offset=${(at % 3) * 20}`)
  const { patients } = sizes
  const number = (at: number): number => spread(at, patients)
  const word = (text: string): string => encodeURIComponent(text)
  return [
    { name: 'create Patient', limit: 'insert', gate: 0.2, alone: 4, next: (at) => post('/Patient', withoutId({ ...patient(at), identifier: [{ system: IDENTIFIER, value: `${turn}-${at}` }] })), wanted: status(201) },
    { name: 'create Observation', limit: 'insert', gate: 0.22, alone: 3, next: (at) => post('/Observation', withoutId(observation(number(at), at % 17))), wanted: status(201) },
    { name: 'read by id', limit: 'read', gate: 0.35, alone: 1.5, next: (at) => get(`Patient/${patientId(number(at))}`), wanted: status(200) },
    { name: 'update with If-Match', limit: 'insert', gate: 0.16, alone: 5, ...updates(path, json, patients), counts: true, wanted: status(200) },
    { name: 'search identifier', limit: 'read', gate: 0.28, alone: 2, next: (at) => get(`Patient?identifier=${word(`${IDENTIFIER}|BN${number(at)}`)}`), wanted: matches(1) },
    { name: 'search name, 20 hits', limit: 'read', gate: 0.1, alone: 4, next: (at) => get(`Patient?name=${word(unmarked(nameOf(at % 16).family))}&_count=20`), wanted: matches(Math.min(20, Math.floor(patients / 16))) },
    { name: 'Observation by patient and code, newest 20', limit: 'read', gate: 0.2, alone: 2.5, next: (at) => get(`Observation?patient=${patientId(number(at))}&code=${word(`http://loinc.org|${codeOf(0)}`)}&_sort=-date&_count=20`), wanted: matches(1) },
    { name: 'chained by patient identifier', limit: 'read', gate: 0.14, alone: 3, next: (at) => get(`Observation?patient.identifier=${word(`${IDENTIFIER}|BN${number(at)}`)}&code=${word(codeOf(1))}`), wanted: matches(1) },
    { name: 'Encounter with _include', limit: 'read', gate: 0.18, alone: 3, next: (at) => get(`Encounter?patient=${patientId(number(at))}&_include=Encounter:subject`), wanted: matches(1) },
    { name: 'composite code and value', limit: 'read', gate: 0.1, alone: 4, next: (at) => get(`Observation?code-value-quantity=${word(`http://loinc.org|${RARE_CODE}$gt${at % 40}`)}&_count=20`), wanted: status(200) },
    { name: 'transaction of 14 entries', limit: 'bulk', gate: 0.25, alone: 14, resources: 14, next: (at) => post('', transactionOf(fourteen(at, turn))), wanted: status(200) },
    { name: '$expand, filter and page of 20 among 15,000 codes', limit: 'read', gate: 0.02, alone: 10, prepare: [put(codeSystem()), put(valueSetOfAll()), expandAsk(0)], next: expandAsk, wanted: expanded },
    { name: 'Patient/$everything', limit: 'read', gate: 0.08, alone: 5, next: (at) => get(`Patient/${patientId(number(at))}/$everything`), wanted: status(200) },
  ]
}

/** A page of codes, and how many there are. */
const expanded = ({ status: code, body }: Told): boolean => code === 200 && /"total": ?[1-9]/.test(body.toString('latin1'))

const withoutId = ({ id: _id, ...resource }: Record<string, unknown>): Record<string, unknown> => resource

const unmarked = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase()

/** A new patient with 13 resources of theirs. */
const fourteen = (at: number, turn: string): Record<string, unknown>[] => {
  const own = (text: string): string => `${text}-${turn}-${at}`
  const rename = (resource: Record<string, unknown>): Record<string, unknown> =>
    JSON.parse(JSON.stringify(resource).replaceAll(/"((?:Patient\/|Encounter\/)?)(bench-[peo][0-9-]+)"/g, (_, type: string, id: string) => `"${type}${own(id)}"`)) as Record<string, unknown>
  return recordOf(at % 1000, { patients: 0, encountersEach: 2, observationsEach: 11 }).map(rename)
}

/** Every patient is updated in turn; the version that each has now is counted here, so that no read stands between. */
const updates = (path: string, headers: Readonly<Record<string, string>>, patients: number): Pick<Workload, 'next'> => {
  const versions = new Map<number, number>()
  let turn = 0
  return {
    next: () => {
      const number = turn++ % patients
      const version = versions.get(number) ?? 1
      versions.set(number, version + 1)
      return {
        method: 'PUT', path: `${path}/Patient/${patientId(number)}`, headers: { ...headers, 'if-match': `W/"${version}"` },
        body: JSON.stringify({ ...patient(number), active: version % 2 === 0 }),
      }
    },
  }
}
