/** The FHIR interface as a table: method, address, interaction, access, site. What it claims (capability.ts) is derived from it. */
import { JSON_TYPES, XML_TYPES, type GuardedRequest, type Method, type OperationClaim, type Reply, type Route } from '../http/route.ts'
import { outcome } from '../model/outcome.ts'
import type { Published } from '../model/ports.ts'
import { buildCapability, type Claims } from './capability.ts'
import type { CommitDeps } from './commit.ts'
import { baseOf, fhirReply } from './headers.ts'
import { auditReadInteraction, auditSearchInteraction } from './interactions/audit-events.ts'
import { batchInteraction, type FhirHandler } from './interactions/batch.ts'
import { bundleInteraction } from './interactions/bundle.ts'
import { createInteraction } from './interactions/create.ts'
import { conditionalDeleteInteraction, deleteInteraction } from './interactions/delete.ts'
import { historyInstanceInteraction, historySystemInteraction, historyTypeInteraction } from './interactions/history.ts'
import { conditionalPatchInteraction, patchInteraction } from './interactions/patch.ts'
import { readInteraction } from './interactions/read.ts'
import { searchInteraction } from './interactions/search-type.ts'
import { transactionInteraction } from './interactions/transaction.ts'
import { conditionalUpdateInteraction, updateInteraction } from './interactions/update.ts'
import { vreadInteraction } from './interactions/vread.ts'
import { bulkRoutes, type BulkRouteDeps } from './operations/bulk-routes.ts'
import { findDefinition } from './operations/definitions.ts'
import { GRAPHQL_TYPE, graphqlOperation, type GraphqlDeps } from './operations/graphql.ts'
import { operationFinder, pathsOf, type Operation, type TerminologyOperationDeps } from './operations/operation.ts'
import { withQueries } from './operations/queries.ts'
import { socketUrl, subscriptionOperations, type SubscriptionOperationDeps } from './operations/subscriptions.ts'
import { recordOperations, type RecordOperationDeps } from './operations/record.ts'
import { buildTerminologyCapabilities } from './operations/terminology-capabilities.ts'
import { terminologyOperations } from './operations/terminology.ts'
import { laterRoutes, orLater, type LaterDeps } from './later/routes.ts'
import { requireParameters } from './parameters.ts'
import { JSON_PATCH, XML_PATCH } from './patch/patches.ts'
import { withoutProvenance } from './provenance-header.ts'
import { withPublished } from './published.ts'
import { applyView, VIEW_PARAMETERS, viewOf } from './view.ts'

export const FHIR_BASE = '/fhir/R4'
/** Stands for this server's address in the statement until somebody asks for it. */
const ADDRESS_MARK = 'urn:this-server:'
const FORM = 'application/x-www-form-urlencoded'
/** A resource comes as JSON or as XML. */
const RESOURCE: readonly string[] = [...JSON_TYPES, ...XML_TYPES]
/** http://hl7.org/fhir/R4/http.html#capabilities */
const MODES: ReadonlySet<string> = new Set(['full', 'normative', 'terminology'])

/** What may come with a Provenance in a header; of reads it means nothing. */
const KEEPS_PROVENANCE: ReadonlySet<string> = new Set(['transaction batch', 'create', 'update', 'patch'])

export interface FhirDeps extends CommitDeps, Claims, Pick<TerminologyOperationDeps, 'terminology'>, RecordOperationDeps, SubscriptionOperationDeps, BulkRouteDeps, LaterDeps, Pick<GraphqlDeps, 'openFhirPath'> {
  readonly published: Published
  /** Name of this site, for AuditEvent.source; never empty. */
  readonly source: () => Promise<string>
  /** IANA name of the site's. */
  readonly timeZone: string
}

const claimOf = ({ type, name, definition, right, whole }: Operation): OperationClaim => ({ name, definition, right, ...(type !== undefined && { type }), ...(whole && { whole }) })

export const fhirRoutes = (deps: FhirDeps): Route[] => {
  const published: Published = { find: async (type, by) => (type === 'OperationDefinition' ? findDefinition(by) : deps.published.find(type, by)) }
  const reads = { ...deps, store: { ...deps.store, ...withPublished(deps.store, published) } }
  const read = readInteraction(reads)
  const vread = vreadInteraction(deps)
  const history = historyInstanceInteraction(deps)
  const historyType = historyTypeInteraction(deps)
  const historySystem = historySystemInteraction(deps)
  const create = createInteraction(deps)
  const update = updateInteraction(deps)
  const updateFound = conditionalUpdateInteraction(deps)
  const deleteFound = conditionalDeleteInteraction(deps)
  const patch = patchInteraction(deps)
  const patchFound = conditionalPatchInteraction(deps)
  const remove = deleteInteraction(deps)
  const auditRead = auditReadInteraction(deps)
  const auditSearch = auditSearchInteraction(deps)
  const graphql: Operation = {
    name: 'graphql', definition: 'http://hl7.org/fhir/OperationDefinition/Resource-graphql', right: 'read', whole: ['hospital', 'center'], levels: ['system', 'instance'], methods: ['GET', 'POST'], takes: [GRAPHQL_TYPE], alone: true,
    handler: graphqlOperation(reads),
  }
  const reading = [...terminologyOperations(deps), ...recordOperations(deps), graphql]
  const operations = [...reading, ...subscriptionOperations(deps)]
  const isRead = (operation: Operation): boolean => operation.right !== 'update' && reading.includes(operation)
  const search = withQueries(searchInteraction(reads), operations)
  const findOperation = operationFinder(operations.filter(({ alone }) => alone !== true))
  const transaction = transactionInteraction({ ...deps, findOperation })
  const rendered = (own: FhirHandler, audit: FhirHandler): FhirHandler => (request) => (request.params.type === 'AuditEvent' ? audit(request) : own(request))
  const batch = batchInteraction({
    handlers: { read: rendered(read, auditRead), search: rendered(search, auditSearch), vread: rendered(vread, auditRead), history, historyType, historySystem, create, update, updateFound, patch, patchFound, delete: remove, deleteFound },
    findOperation, publicUrl: deps.publicUrl,
  })
  const bundle = bundleInteraction({ transaction, batch, publicUrl: deps.publicUrl })
  const later = (handler: FhirHandler): FhirHandler => orLater(deps, handler)
  const row = (method: Method, path: string, interaction: string, handler: (request: GuardedRequest) => Promise<Reply>, takes: readonly string[] = RESOURCE): Route =>
    ({ method, url: `${FHIR_BASE}${path}`, site: 'both', access: 'any', interaction, handler: method === 'GET' || KEEPS_PROVENANCE.has(interaction) ? handler : withoutProvenance(handler), takes })
  const table: Route[] = [
    row('POST', '', 'transaction batch', bundle),
    row('POST', '/', 'transaction batch', bundle),
    row('GET', '', 'search-system', later(search)),
    row('GET', '/', 'search-system', later(search)),
    row('POST', '/_search', 'search-system', later(search), [FORM]),
    row('GET', '/_history', 'history-system', later(historySystem)),
    ...bulkRoutes(deps, FHIR_BASE),
    ...laterRoutes(deps, FHIR_BASE),
    row('GET', '/AuditEvent', 'audit', auditSearch),
    row('POST', '/AuditEvent/_search', 'audit', auditSearch, [FORM]),
    row('GET', '/AuditEvent/:id', 'audit', auditRead),
    row('GET', '/AuditEvent/:id/_history/:version', 'audit', auditRead),
    ...operations.flatMap((operation) => pathsOf(operation).flatMap((path) => operation.methods.map((method) => ({ ...row(method, path, 'operation', isRead(operation) ? later(operation.handler) : operation.handler, [...RESOURCE, ...operation.takes ?? []]), operation: claimOf(operation) })))),
    row('GET', '/:type', 'search-type', later(search)),
    row('GET', '/:type/_history', 'history-type', later(historyType)),
    row('POST', '/:type/_search', 'search-type', later(search), [FORM]),
    { ...row('POST', '/:type', 'create', create), contentOf: 'Binary' },
    row('PUT', '/:type', 'update', updateFound),
    row('PATCH', '/:type', 'patch', patchFound, [JSON_PATCH, XML_PATCH, ...RESOURCE]),
    row('DELETE', '/:type', 'delete', deleteFound),
    row('GET', '/:type/:id', 'read', read),
    { ...row('PUT', '/:type/:id', 'update', update), contentOf: 'Binary' },
    row('PATCH', '/:type/:id', 'patch', patch, [JSON_PATCH, XML_PATCH, ...RESOURCE]),
    row('DELETE', '/:type/:id', 'delete', remove),
    row('GET', '/:type/:id/_history', 'history-instance', later(history)),
    row('GET', '/:type/:id/:member', 'search-compartment', later(search)),
    row('POST', '/:type/:id/:member/_search', 'search-compartment', later(search), [FORM]),
    row('GET', '/:type/:id/_history/:version', 'vread', vread),
  ]
  // each client reads its own way to this server in it
  const statement = JSON.stringify(buildCapability(table, deps, ADDRESS_MARK))
  const terminology = JSON.stringify(buildTerminologyCapabilities(deps, ADDRESS_MARK))
  return [
    {
      method: 'GET', url: `${FHIR_BASE}/metadata`, site: 'both', access: 'open', interaction: 'capabilities',
      handler: async (request) => {
        requireParameters(request, ['mode', ...VIEW_PARAMETERS])
        const mode = request.query.find(([name]) => name === 'mode')?.[1]
        if (mode !== undefined && !MODES.has(mode)) throw outcome('bad-parameter', { expression: 'http.mode', diagnostics: `Expected one of ${[...MODES].join(', ')}.` })
        const wanted = mode === 'terminology' ? { body: terminology, type: 'TerminologyCapabilities' } : { body: statement, type: 'CapabilityStatement' }
        const base = baseOf(request, deps.publicUrl)
        // first the one address that is no http
        const body = wanted.body.replaceAll(socketUrl(ADDRESS_MARK + FHIR_BASE), socketUrl(base)).replaceAll(ADDRESS_MARK, base.slice(0, -FHIR_BASE.length))
        return fhirReply(request, 200, applyView(body, viewOf(request, wanted.type)))
      },
    },
    ...table,
  ]
}
