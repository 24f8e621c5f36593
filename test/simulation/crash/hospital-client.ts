/** A hospital as its own screens call it: sign-in, registration, preview, signature, over real HTTP. */
import type { Patient } from '@medplum/fhirtypes'
import { objectFromPlain, writeJson, type JsonObject } from '#api/model/json.ts'
import type { Concept } from '#api/model/ports.ts'
import type { Department, DocumentRow, RegistrationResult, SessionInfo, SigningPreview, SignResult, VisitSheet } from '#api/model/site.ts'
import { SID } from '#api/model/systems.ts'
import { toListCode } from '#web/features/visit/list-lookup.ts'
import { buildVisitBundle } from '#web/features/visit/visit-bundle.ts'
import { emptyVisitForm } from '#web/features/visit/visit-form.ts'

export class HttpFailure extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, where: string) {
    super(`${where}: ${status} ${code}`)
    this.status = status
    this.code = code
  }
}

const codeOf = (text: string): string => {
  try {
    const body = JSON.parse(text) as { code?: string }
    return body.code ?? text.slice(0, 200)
  } catch {
    return text.slice(0, 200)
  }
}

export interface HospitalClient {
  readonly session: SessionInfo
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: JsonObject): Promise<T>
  bytes(path: string): Promise<Uint8Array>
}

/** Signed in as one of the demo's accounts. */
export async function openClient(base: string, login: string, password: string): Promise<HospitalClient> {
  let cookie = ''
  let csrf = ''
  async function call(method: string, path: string, body?: string): Promise<Response> {
    const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(cookie ? { cookie } : {}), ...(csrf ? { 'x-emr-csrf': csrf } : {}), origin: base }
    const response = await fetch(base + path, { method, headers, ...(body === undefined ? {} : { body }) })
    const set = response.headers.getSetCookie().map((c) => c.split(';')[0] ?? '')
    if (set.length > 0) cookie = set.join('; ')
    if (!response.ok) throw new HttpFailure(response.status, codeOf(await response.text()), `${method} ${path}`)
    return response
  }
  const session = await (await call('POST', '/api/session', JSON.stringify({ login, password }))).json() as SessionInfo
  csrf = session.csrf
  return {
    session,
    get: async <T>(path: string) => await (await call('GET', path)).json() as T,
    post: async <T>(path: string, body: JsonObject) => await (await call('POST', path, writeJson(body))).json() as T,
    bytes: async (path) => new Uint8Array(await (await call('GET', path)).arrayBuffer()),
  }
}

/** A new invented patient in the clinic's queue. */
export async function registerPatient(desk: HospitalClient, department: Department, n: number): Promise<RegistrationResult> {
  const patient: Patient = {
    resourceType: 'Patient', active: true, gender: n % 2 ? 'female' : 'male', birthDate: `19${60 + (n % 40)}-05-0${1 + (n % 9)}`,
    name: [{ use: 'official', text: `Nguyễn Mẫu Số ${n}`, family: 'Nguyễn', given: ['Mẫu', 'Số', String(n)] }],
    identifier: [{ system: SID.citizen, value: `001${n % 2 ? 1 : 0}${60 + (n % 40)}${String(100_000 + n).padStart(6, '0')}` }],
  }
  return desk.post('/api/registrations', objectFromPlain({ patient, department: department.id, reason: 'Khám thử', requestId: crypto.randomUUID() }))
}

export interface SignedVisit { readonly encounter: string; readonly documents: readonly DocumentRow[] }

/** The codes that every visit of the rig carries. */
export interface VisitCodes { readonly diagnosis: Concept; readonly drug: Concept; readonly route: Concept }

export async function findCodes(client: HospitalClient): Promise<VisitCodes> {
  const first = async (list: string, q: string): Promise<Concept> => {
    const [found] = await client.get<Concept[]>(`/api/terms?list=${list}&q=${encodeURIComponent(q)}&count=1`)
    if (!found) throw new Error(`nothing in ${list} for ${q}`)
    return found
  }
  return { diagnosis: await first('icd10', 'J06'), drug: await first('medicines', 'PARA500'), route: await first('routes', 'PO') }
}

/** One diagnosis, one drug, a note and a temperature with a trailing zero, as the visit sheet builds them. */
export async function buildVisit(doctor: HospitalClient, encounter: string, codes: VisitCodes): Promise<JsonObject> {
  const sheet = await doctor.get<VisitSheet>(`/api/visits/${encounter}`)
  const form = {
    ...emptyVisitForm(), reason: 'Khám thử',
    notes: { ...emptyVisitForm().notes, examination: 'Họng đỏ' }, vitals: { ...emptyVisitForm().vitals, temperature: '37,0' },
    diagnoses: [{ id: crypto.randomUUID(), code: toListCode(codes.diagnosis), role: 'main' as const, certainty: 'confirmed' as const }],
    drugs: [{ id: crypto.randomUUID(), code: toListCode(codes.drug), unit: 'viên', doseUnit: 'viên', dose: '1', frequency: 3, days: 3, quantity: 9, note: '', route: toListCode(codes.route) }],
  }
  const { account } = doctor.session
  return buildVisitBundle(form, { encounter: sheet.encounter, practitioner: account.practitioner ?? '', practitionerName: account.name, at: new Date().toISOString(), newId: () => crypto.randomUUID() })
}

/** Resolves with what the server acknowledged (2xx). */
export async function signVisit(doctor: HospitalClient, encounter: string, codes: VisitCodes, pin: string): Promise<SignedVisit> {
  const bundle = await buildVisit(doctor, encounter, codes)
  const preview = await doctor.post<SigningPreview>(`/api/visits/${encounter}/preview`, objectFromPlain({ bundle }))
  const signed = await doctor.post<SignResult>(`/api/visits/${encounter}/sign`, objectFromPlain({ preview: preview.preview, pin }))
  return { encounter, documents: signed.documents }
}
