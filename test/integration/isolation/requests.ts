/** Every row of the route table as requests that reach for somebody: ids in each path parameter, words in each query and body. Whom they reach for is the target. */
import { generateKeyPairSync } from 'node:crypto'
import type { Route } from '#api/http/route.ts'
import { TEST_PASSWORD } from '#test/support/app.ts'

/** Whom probes reach for: the other hospital, or nobody at all under ids and words of the same shape. */
export interface Target {
  readonly tenant: number
  /** Ids, by the name of the path parameter that takes them. */
  readonly ids: Readonly<Record<string, readonly string[]>>
  readonly resources: readonly { readonly type: string; readonly id: string }[]
  readonly patient: string
  readonly encounter: string
  readonly department: string
  readonly account: string
  readonly name: string
  readonly citizen: string
  readonly login: string
  readonly client: string
  /** An app of persons. */
  readonly app: string
  readonly pdf: Uint8Array
  readonly signedAt: string
}

export interface Probe {
  readonly route: string
  readonly method: Route['method']
  readonly url: string
  readonly body?: unknown
  readonly type?: string
}

interface Sent { readonly body?: unknown; readonly type?: string }

const PARAMETER = /:([A-Za-z]+)/g
const FORM = 'application/x-www-form-urlencoded'
/** Where apps of both hospitals are sent back to. */
export const APP_ADDRESS = 'https://app.example/back'
/** A list that every hospital has. */
const LIST = encodeURIComponent('http://hl7.org/fhir/sid/icd-10')

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const JWKS = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'probe' }] })

/** FHIR addresses take type and id together. */
function fillPath(route: Route, target: Target): string[] {
  const names = [...route.url.matchAll(PARAMETER)].map((m) => m[1] ?? '')
  const replace = (values: Record<string, string>): string => route.url.replace(PARAMETER, (_, name: string) => encodeURIComponent(values[name] ?? '0'))
  if (names.includes('member')) return ['Observation', '*'].flatMap((member) => [{ type: 'Patient', id: target.patient }, { type: 'Encounter', id: target.encounter }].map((r) => replace({ ...r, member })))
  if (names.includes('type') && names.includes('id')) return target.resources.map((r) => replace({ ...r, version: '1' }))
  const fill = (left: readonly string[], values: Record<string, string>): string[] => {
    const [name, ...rest] = left
    if (name === undefined) return [replace(values)]
    return (target.ids[name] ?? target.ids['id'] ?? ['0']).flatMap((value) => fill(rest, { ...values, [name]: value }))
  }
  return fill(names.filter((name) => name !== 'kind'), { kind: 'lab' })
}

/** What the screens and other systems search for, aimed at the target. */
function searches({ patient, encounter, name, citizen }: Target): string[] {
  const word = encodeURIComponent(name)
  return [`name=${word}`, `_id=${patient}`, `subject=Patient/${patient}`, `patient=Patient/${patient}`, `encounter=Encounter/${encounter}`, `identifier=${citizen}`, '_has:Observation:patient:code=10164-2', `_query=latest&patient=${patient}&code=10164-2`, `_query=documents&patient=${patient}`,
    `_has:Observation:patient:encounter=${encounter}`, 'birthdate=1980-01-02', 'value-quantity=37.0', '_include=*&_count=200', '_include=Encounter:subject&_revinclude=Observation:encounter', `subject:Patient.name=${word}`,
    '_total=accurate&_count=1', '_sort=-_lastUpdated&_count=1000']
}

/** On the server and on a resource: by id, by searches, backwards, and along references. */
const graphqlQueries = (route: Route, { patient, encounter, name, citizen }: Target): string[] => {
  const shown = 'id name { text } identifier { value } ObservationList(_reference: patient) { id valueQuantity { value } encounter { resource(optional: true, type: Encounter) { id } } } EncounterConnection(_reference: patient) { count edges { resource { id } } }'
  if (route.url.includes(':id')) return ['{ id meta { lastUpdated } }', `{ ${shown} }`]
  // a refusal tells line and column: words of any length end their lines
  const word = (text: string): string => `${JSON.stringify(text)}\n`
  return [
    `{ Patient(id: ${word(patient)}) { ${shown} } }`, `{ PatientList(name: ${word(name)}) { ${shown} } ten: PatientList(identifier: ${word(citizen)}) { id } }`,
    `{ Encounter(id: ${word(encounter)}) { subject { resource(optional: true, type: Patient) { ${shown} } } } }`,
    `{ ObservationConnection(patient: ${word(patient)}, _count: 100) { count edges { resource { id } } } EncounterList(_filter: ${word(`_id eq ${encounter}`)}) { id } }`, '{ id meta { lastUpdated } }', `{ ${shown} }`,
  ]
}

/** Of operations on records. */
const OPERATION_QUERIES: Readonly<Record<string, (target: Target) => string[]>> = {
  lastn: ({ patient }) => [`?patient=${patient}&category=vital-signs&max=3`, `?subject=Patient/${patient}&code=10164-2`],
  stats: ({ patient }) => [`?subject=Patient/${patient}&system=http://loinc.org&code=10164-2,8310-5&statistic=count,total-count,average&include=true`],
  docref: ({ patient }) => [`?patient=${patient}`, `?patient=Patient/${patient}&start=2000-01-01`],
  document: ({ ids }) => ['', `?id=${ids.id?.[0] ?? ''}`],
  meta: () => [''],
  diff: ({ patient }) => ['', '?fromVersion=1', `?from=Patient/${patient}&to=Patient/${patient}/_history/1`],
  validate: () => ['', '?mode=delete'],
  summary: ({ citizen }) => ['', `?identifier=${citizen}`],
  status: () => ['', '?status=off'],
  events: () => ['', '?eventsSinceNumber=1&content=full-resource'],
  'get-ws-binding-token': () => [''],
  everything: () => ['', '?_count=2&_type=Patient,Observation&start=2000-01-01'],
}

/** `since`: nothing that the run itself did is asked for. */
function queries(route: Route, target: Target, since: string): string[] {
  const { patient, encounter, account, department, tenant } = target
  const word = encodeURIComponent(target.name)
  if (route.operation?.name === 'graphql') return route.method === 'POST' ? [''] : graphqlQueries(route, target).map((query) => `?query=${encodeURIComponent(query)}`)
  const own = OPERATION_QUERIES[route.operation?.name ?? '']
  if (own) return own(target)
  if (route.operation) return route.method === 'POST' ? [''] : ['', `?url=${LIST}%3Ffhir_vs&filter=${word}`, `?url=${LIST}%3Ffhir_vs&system=${LIST}&code=${target.citizen}`, `?system=${LIST}&code=${target.citizen}`, `?system=${LIST}&codeA=A&codeB=${patient}`]
  // a route that names its target in the path is not a search
  if (route.method !== 'GET' && route.url.endsWith('/fhir/R4/:type')) return ['', `?identifier=${target.citizen}`]
  if (route.method === 'GET' && route.url.endsWith('_history')) return ['', '?_count=1000', `?_count=1000&_at=${since}`, '?_summary=count']
  if (route.url.endsWith('/chart-search')) return ['', `?q=${word}`]
  if (route.url.endsWith('/series/values')) return [`?code=${encodeURIComponent('http://loinc.org|8310-5')}`]
  if (route.method !== 'GET' || /:(?!type$)/.test(route.url)) return ['']
  if (route.url.includes('/fhir/')) return ['', ...searches(target).map((text) => `?${text}`), ...(route.url.includes('AuditEvent') ? [`?date=lt${since}`] : [])]
  if (/\/(authorize|app-requests)$/.test(route.url)) return [`?${appRequest(target)}`]
  // other parameters it does not know, and its newest rows are the run's own
  if (route.url.includes('audit')) return ['', `?patient=${patient}`, `?account=${account}`, `?to=${since}&count=500`]
  return ['', `?q=${word}`, `?name=${word}&birthDate=1980-01-02`, `?identifier=${target.citizen}`, `?patient=${patient}`, `?encounter=${encounter}`, `?patient=${patient}&encounter=${encounter}`,
    `?department=${department}`, `?list=icd10&q=${word}`, `?tenant=${tenant}`, `?account=${account}`, `?to=${since}&count=500`]
}

/** As an app of the target would ask. */
const appRequest = ({ app, patient }: Target): string => new URLSearchParams({
  response_type: 'code', client_id: app, redirect_uri: APP_ADDRESS, scope: 'launch/patient patient/*.rs', state: patient, aud: 'http://127.0.0.1:8080/fhir/R4', code_challenge: 'A'.repeat(43), code_challenge_method: 'S256',
}).toString()

function bodies(route: Route, target: Target): Sent[] {
  const { patient, encounter, citizen } = target
  if (route.method === 'GET' || route.method === 'DELETE') return [{}]
  if (route.takes?.includes('application/pdf')) return [{ body: Buffer.from(target.pdf), type: 'application/pdf' }]
  if (route.takes?.includes(FORM)) {
    if (route.url.endsWith('/authorize')) return [{ body: appRequest(target), type: FORM }]
    return [`grant_type=authorization_code&client_id=${target.app}&code=${'A'.repeat(43)}&redirect_uri=${encodeURIComponent(APP_ADDRESS)}&code_verifier=${'a'.repeat(43)}`, `grant_type=client_credentials&token=${'A'.repeat(43)}&client_id=${target.client}&client_secret=${encodeURIComponent(TEST_PASSWORD)}`, ...searches(target)].map((body) => ({ body, type: FORM }))
  }
  if (route.streams) return [{ body: `{"resourceType":"Patient","id":"${patient}"}`, type: 'application/fhir+ndjson' }]
  if (route.method === 'PATCH') {
    const json = [[], [{ op: 'test', path: '/id', value: patient }], [{ op: 'add', path: '/language', value: 'vi' }]].map((body) => ({ body, type: 'application/json-patch+json' }))
    const xml = { body: `<diff xmlns:f="http://hl7.org/fhir"><add sel="f:Patient[f:id/@value='${patient}']/f:id" pos="after"><f:language value="vi"/></add></diff>`, type: 'application/xml-patch+xml' }
    const part = (name: string, valueString: string): object => ({ name, valueString })
    return [...json, xml, { body: { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [part('type', 'delete'), part('path', `name.where(text='${target.name}')`)] }] }, type: 'application/fhir+json' }]
  }
  if (route.url.startsWith('/api/admin/clients')) {
    const scopes = ['system/Patient.rs']
    return [{ body: {} }, { body: { version: 1 } }, { body: { version: 1, active: true } }, { body: { version: 1, name: target.name, scopes } }, { body: { client: target.client, name: target.name, scopes, jwks: JWKS } }]
  }
  if (route.url.startsWith('/api/visit-aids')) {
    const body = { kind: 'phrase', text: 'Họng đỏ' }
    return [{ body: {} }, { body: { scope: 'hospital', name: 'probe', body } }, { body: { scope: 'department', department: target.department, name: 'probe', body } }, { body: { version: 1, name: 'probe', body } }]
  }
  if (route.url.startsWith('/api/work-lists/')) return [{ body: {} }, { body: { orders: target.resources.map(({ id }) => id).slice(0, 30) } }, { body: { version: 1, values: [], conclusion: 'x', release: true } }]
  if (route.url.startsWith('/api/procedures/')) return [{ body: {} }, { body: { version: 0, performedAt: '2026-11-22T08:30:00+07:00', note: 'x' } }, { body: { version: 1, reason: 'nhầm người' } }]
  if (route.url === '/api/app-requests') return [{ body: {} }, { body: { request: appRequest(target), allow: true, scopes: ['launch/patient', 'patient/*.rs'], patient } }, { body: { request: appRequest(target), allow: false, scopes: [], patient: '' } }]
  if (route.url.endsWith('/launches')) return [{ body: {} }, { body: { patient, encounter } }, { body: { patient, encounter: '' } }]
  const fhir = (body: unknown): Sent => ({ body, type: 'application/fhir+json' })
  if (route.operation) {
    const parameters = (...parameter: object[]): Sent => fhir({ resourceType: 'Parameters', parameter })
    const resource = { resourceType: 'Patient', id: patient, gender: 'male', identifier: [{ value: citizen }] }
    if (route.operation.name === 'match') return [{}, parameters({ name: 'resource', resource: { ...resource, name: [{ text: target.name }], birthDate: '1980-01-02' } }, { name: 'count', valueInteger: 100 })]
    if (/merge$/.test(route.operation.name)) return [{}, parameters({ name: 'source-patient', valueReference: { reference: `Patient/${patient}` } }, { name: 'target-patient-identifier', valueIdentifier: { value: citizen } })]
    if (route.operation.name === 'graphql') return graphqlQueries(route, target).flatMap((query, at): Sent[] => (at === 0 ? [{ body: query, type: 'application/graphql' }, parameters({ name: 'query', valueString: query })] : [{ body: { query } }]))
    if (route.operation.name === 'validate') return [{}, ...['update', 'create'].map((mode) => parameters({ name: 'mode', valueCode: mode }, { name: 'resource', resource }))]
    return [{}, { body: {} }, parameters({ name: 'meta', valueMeta: { tag: [{ system: 'urn:probe', code: 'x' }] } }), parameters({ name: 'patient', valueString: patient }, { name: 'category', valueString: 'vital-signs' }), parameters({ name: 'from', valueString: `Patient/${patient}` }, { name: 'to', valueString: `Encounter/${encounter}` })]
  }
  const create = { resource: { resourceType: 'Patient', gender: 'male', identifier: [{ value: citizen }] }, request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=${citizen}` } }
  return [
    {}, { body: {} }, { body: { login: target.login, password: TEST_PASSWORD } },
    { body: { patient, encounter, reason: 'Cần xem hồ sơ cấp cứu', pin: '000000', preview: '0', body: 'x', base: 0, password: TEST_PASSWORD } },
    { body: { bundle: { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'PUT', url: `Encounter/${encounter}` }, resource: { resourceType: 'Encounter', id: encounter, status: 'finished', class: { code: 'AMB' } } }] } } },
    fhir({ resourceType: 'Bundle', type: 'batch', entry: target.resources.map((r) => ({ request: { method: 'GET', url: `${r.type}/${r.id}` } })) }),
    fhir({ resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'PUT', url: `Patient?identifier=${citizen}` }, resource: { resourceType: 'Patient', gender: 'male' } }] }),
    fhir({ resourceType: 'Bundle', type: 'transaction', entry: [create] }),
    fhir({ resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'PATCH', url: `Patient/${patient}` }, resource: { resourceType: 'Parameters' } }] }),
    fhir({ resourceType: 'Bundle', type: 'batch', entry: ['_history', 'Patient/_history', 'Patient?_elements=name'].map((url) => ({ request: { method: 'GET', url } })) }),
    fhir({ resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `Patient?_elements=name&identifier=${citizen}` } }] }),
  ]
}

/** The audit is asked before probes fill its first page; a session ends when nothing is left to ask. */
const turn = ({ method, url }: Route): number => (/audit/i.test(url) ? 0 : url === '/api/session/password' ? 2 : method === 'DELETE' && url === '/api/session' ? 3 : 1)

/** One probe for each route, path, query and body. Two targets of the same shape give two lists whose members belong together. */
export const buildProbes = (routes: readonly Route[], target: Target, since: string): Probe[] =>
  routes.toSorted((one, other) => turn(one) - turn(other)).flatMap((route) => fillPath(route, target).flatMap((path) => queries(route, target, since).flatMap((query) =>
    bodies(route, target).map((sent) => ({ route: `${route.method} ${route.url}`, method: route.method, url: path + query, ...sent })))))
