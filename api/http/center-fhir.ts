/**
 * What operators of the data center read in the records that a hospital sent: its FHIR base there is /fhir/R4/h/{tenant} (read, vread, search). Nothing is
 * written here: a record belongs to its hospital. Every look is audited at the center, in the name of the operator.
 */
import { requireFormat } from '../fhir/format.ts'
import type { Gate } from '../fhir/gate.ts'
import { baseOf, fhirReply, parsePrefer } from '../fhir/headers.ts'
import { writeBundle } from '../fhir/bundle-text.ts'
import { readInteraction } from '../fhir/interactions/read.ts'
import { vreadInteraction } from '../fhir/interactions/vread.ts'
import { linksOf } from '../fhir/page-links.ts'
import { withoutGeneral } from '../fhir/parameters.ts'
import { requireType } from '../fhir/resource-body.ts'
import { applyView, parseSearchView } from '../fhir/view.ts'
import { outcome } from '../model/outcome.ts'
import type { AuditLog, Caller, ResourceStore } from '../model/ports.ts'
import { contentOf, type StoredVersion } from '../model/resource.ts'
import { rolesFor } from '../security/policy.ts'
import { requireParam } from './input.ts'
import type { GuardedRequest, Reply, Route } from './route.ts'

export interface CenterFhirDeps {
  readonly audit: AuditLog
  /** Records of one enrolled hospital; undefined: no such hospital. */
  readonly storeOf: (tenant: number) => Promise<ResourceStore | undefined>
  readonly publicUrl: string
}

const BASE = '/fhir/R4/h/:tenant'

/** The role was checked by the route; the operator sees the whole of a hospital. */
const asReader = ({ actor, purpose }: Caller): Caller => ({ actor: { kind: 'internal', tenant: actor.tenant, name: 'center.read' }, visibility: { kind: 'all' }, purpose })

export const centerFhirRoutes = ({ audit, storeOf, publicUrl }: CenterFhirDeps): Route[] => {
  const requireStore = async (request: GuardedRequest): Promise<{ tenant: string; store: ResourceStore }> => {
    const tenant = requireParam(request, 'tenant')
    const store = /^[1-9]\d{0,8}$/.test(tenant) ? await storeOf(Number(tenant)) : undefined
    if (store === undefined) throw outcome('not-found')
    return { tenant, store }
  }

  /** Says yes, and puts the read on record in the operator's name. */
  const gateFor = (operator: Caller, tenant: string): Gate => ({
    judge: (_caller, questions) => Promise.resolve(questions.map(() => 'allow' as const)),
    judgeNow: () => 'allow',
    require: () => Promise.resolve(),
    note: () => Promise.resolve(),
    refuse: (_caller, { type }) => Promise.reject(outcome('forbidden', { expression: type })),
    record: (_caller, { interaction, type, id, patient }, seen) => audit.record(operator, {
      action: 'R', interaction, type, outcome: 'success', detail: `hospital ${tenant}`, ...(id !== undefined && { id }), ...(patient !== undefined && { patient }),
      ...(seen !== undefined && { version: seen.version }),
    }),
  })

  const search = async (request: GuardedRequest): Promise<Reply> => {
    requireFormat(request)
    const { tenant, store } = await requireStore(request)
    const type = requireType(request.params.type)
    const parameters = withoutGeneral(request.query)
    const view = parseSearchView(parameters, type)
    const page = await store.search(asReader(request.caller), { type, parameters, strict: parsePrefer(request.headers.prefer).strict })
    const shown = [...page.matches, ...page.included]
    const patients = [...new Set(shown.map(({ patient }) => patient).filter((patient) => patient !== undefined))]
    await audit.record(request.caller, {
      action: 'E', interaction: 'search-type', type, outcome: 'success', detail: `hospital ${tenant}, ${shown.length} resources`, ...(patients.length === 1 && { patient: patients[0] ?? '' }),
    })
    const base = `${baseOf(request, publicUrl)}/h/${tenant}`
    const entry = (mode: 'match' | 'include') => (stored: StoredVersion) => ({ fullUrl: `${base}/${stored.type}/${stored.id}`, resource: applyView(contentOf(stored), mode === 'match' ? view.matches : view.included), search: mode })
    const entries = [...page.matches.map(entry('match')), ...page.included.map(entry('include'))]
    return fhirReply(request, 200, writeBundle({ type: 'searchset', total: page.total, links: linksOf(`${base}/${type}`, page), entries }))
  }

  const reading = (make: (deps: { store: ResourceStore; gate: Gate }) => (request: GuardedRequest) => Promise<Reply>) => async (request: GuardedRequest): Promise<Reply> => {
    const { tenant, store } = await requireStore(request)
    return make({ store, gate: gateFor(request.caller, tenant) })({ ...request, caller: asReader(request.caller) })
  }

  const row = (path: string, handler: (request: GuardedRequest) => Promise<Reply>): Route => ({ method: 'GET', url: `${BASE}${path}`, site: 'center', access: { roles: rolesFor('center.read') }, handler })
  return [row('/:type', search), row('/:type/:id', reading(readInteraction)), row('/:type/:id/_history/:version', reading(vreadInteraction))]
}
