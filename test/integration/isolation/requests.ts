/** Every row of the route table as requests that reach for the other hospital: its ids in each path parameter, its words in each query, its bytes in each body. */
import type { Route } from '#api/http/route.ts'
import { CANARY, type TwoHospitals } from './two-hospitals.ts'

export interface Probe {
  readonly route: string
  readonly method: Route['method']
  readonly url: string
  readonly body?: unknown
  readonly type?: string
}

const PARAMETER = /:([A-Za-z]+)/g

/** FHIR addresses take type and id together. */
function fillPath(route: Route, two: TwoHospitals): string[] {
  const names = [...route.url.matchAll(PARAMETER)].map((m) => m[1] ?? '')
  const replace = (values: Record<string, string>): string => route.url.replace(PARAMETER, (_, name: string) => encodeURIComponent(values[name] ?? '0'))
  if (names.includes('type') && names.includes('id')) return two.resources.map((r) => replace({ ...r, vid: '1', version: '1', tenant: '902' }))
  const fill = (left: readonly string[], values: Record<string, string>): string[] => {
    const [name, ...rest] = left
    if (name === undefined) return [replace(values)]
    return (two.ids[name] ?? two.ids['id'] ?? ['0']).flatMap((value) => fill(rest, { ...values, [name]: value }))
  }
  return fill(names, {})
}

/** Queries that the screens and other systems use, aimed at the other hospital. */
function queries(route: Route, two: TwoHospitals): string[] {
  const [patient = ''] = two.ids['patient'] ?? [], [encounter = ''] = two.ids['encounter'] ?? []
  const word = encodeURIComponent('Hoàng Yến')
  if (route.method !== 'GET') return ['']
  if (route.url.includes('/fhir/')) {
    return ['', `?name=${word}`, `?_id=${patient}`, `?subject=Patient/${patient}`, `?patient=Patient/${patient}`, `?encounter=Encounter/${encounter}`, `?_has:Observation:patient:code=10164-2`,
      '?_include=*&_count=200', '?_include=Encounter:subject&_revinclude=Observation:encounter', `?subject:Patient.name=${word}`, '?_total=accurate&_count=1', '?_sort=-_lastUpdated&_count=1000']
  }
  return ['', `?q=${word}`, `?name=${word}&birthDate=1980-01-02`, `?identifier=001180999999`, `?patient=${patient}`, `?encounter=${encounter}`, `?patient=${patient}&encounter=${encounter}`,
    `?department=${two.ids['id']?.at(-1) ?? ''}`, `?list=icd10&q=${word}`, '?tenant=902', `?account=${two.ids['account']?.[0] ?? ''}`]
}

function bodies(route: Route, two: TwoHospitals): { body?: unknown; type?: string }[] {
  if (route.method === 'GET' || route.method === 'DELETE') return [{}]
  const [patient = ''] = two.ids['patient'] ?? [], [encounter = ''] = two.ids['encounter'] ?? []
  if (route.takes?.includes('application/pdf')) return [{ body: Buffer.from(two.pdf), type: 'application/pdf' }]
  return [
    {}, { body: {} },
    { body: { patient, encounter, reason: 'Cần xem hồ sơ cấp cứu', pin: '000000', preview: '0', body: 'x', base: 0, password: 'mot-mat-khau-dai-2026' } },
    { body: { bundle: { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'PUT', url: `Encounter/${encounter}` }, resource: { resourceType: 'Encounter', id: encounter, status: 'finished', class: { code: 'AMB' } } }] } } },
    { body: { resourceType: 'Bundle', type: 'batch', entry: two.resources.map((r) => ({ request: { method: 'GET', url: `${r.type}/${r.id}` } })) }, type: 'application/fhir+json' },
    { body: { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'PUT', url: `Patient?identifier=001180999999` }, resource: { resourceType: 'Patient', gender: 'male' } }] }, type: 'application/fhir+json' },
  ]
}

/** One probe for each route, path, query and body. */
export const buildProbes = (routes: readonly Route[], two: TwoHospitals): Probe[] =>
  routes.flatMap((route) => fillPath(route, two).flatMap((path) => queries(route, two).flatMap((query) =>
    bodies(route, two).map((sent) => ({ route: `${route.method} ${route.url}`, method: route.method, url: path + query, ...sent })))))

/** Words of the other hospital in an answer, other than those that the probe itself sent. */
export function findLeaks(probe: Probe, answer: { text: string }, canaries: readonly string[]): string[] {
  const sent = decodeURIComponent(probe.url) + JSON.stringify(probe.body ?? '')
  return canaries.filter((word) => answer.text.toLowerCase().includes(word.toLowerCase()) && !sent.toLowerCase().includes(word.toLowerCase())).map((word) => `${probe.method} ${probe.url}: "${word === CANARY ? 'canary' : word}"`)
}
