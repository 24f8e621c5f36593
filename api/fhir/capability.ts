/**
 * The CapabilityStatement (http://hl7.org/fhir/R4/capabilitystatement.html), derived: interactions from the route table, search parameters from the search registry.
 * What stands in neither is not claimed,
 * and of a type only what somebody at this kind of site may do.
 */
import { JSON_TYPES, XML_TYPES, type OperationClaim, type Route, type Site } from '../http/route.ts'
import { MOST_EXPANDED } from '../model/code-ports.ts'
import { MAX_DEPTH } from '../model/json.ts'
import { DEEPEST_ITERATE, ESTIMATE_CAP, EVENT_DAYS, MAX_RULES, MOST_INCLUDED, MOST_OBSERVED, MOST_SUBSCRIPTIONS, MOST_TRIES, MOST_WAITING } from '../model/limits.ts'
import { isCompartment } from '../search/compartment.ts'
import { CURRENT_LISTS } from '../search/current-lists.ts'
import { bodyParametersOf } from '../search/in-body.ts'
import { DEEPEST_CHAIN, MOST_VALUES } from '../search/parse-filter.ts'
import { LARGEST_PAGE } from '../search/parse.ts'
import { parametersOf } from '../search/registry.ts'
import { RESOURCE_TYPES } from '../search/resource-types.ts'
import { mayEver, type Interaction } from '../security/policy.ts'
import { MAX_ENTRIES } from './bundle-body.ts'
import { DEEPEST_FIELD, LONGEST_LIST, LONGEST_MS, LONGEST_QUERY, MOST_ALIASES, MOST_FIELDS, MOST_RESOURCES, MOST_SEARCHES } from './graphql/limits.ts'
import { AUDIT_PARAMETERS } from './audit-search.ts'
import { LATER } from './later/desk.ts'
import { MOST_CANDIDATES } from './operations/match-candidates.ts'
import { MOST_MOVED } from './operations/merge-gather.ts'
import { QUERIES } from './operations/queries.ts'
import { MOST_IN_SECTION } from './operations/summary.ts'
import { socketUrl } from './operations/subscriptions.ts'
import { JSON_PATCH, XML_PATCH } from './patch/patches.ts'
import { MAX_XML } from './patch/xml-patch.ts'
import { BACKPORT_EXTENSION, PROFILE, TOPICS } from './subscriptions/topics.ts'

export interface Claims {
  readonly site: Site
  readonly version: string
  readonly started: string
}

/** What a server of Bulk Data Access says of itself (https://hl7.org/fhir/uv/bulkdata/STU2/CapabilityStatement-bulk-data.html). */
const BULK_DATA = 'http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data'

/** Where websockets are opened: http://hl7.org/fhir/R4/extension-capabilitystatement-websocket.html */
const WEBSOCKET = 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket'

/** Held as columns of the row, so they stand in no registry row. */
const GENERAL = [
  { name: '_id', type: 'token' }, { name: '_lastUpdated', type: 'date' }, { name: '_text', type: 'string' }, { name: '_content', type: 'string' }, { name: '_list', type: 'token' },
  { name: '_filter', type: 'special' },
]

/** "Observation:subject" for Patient, and so on. */
const referringTo = (type: string): string[] => RESOURCE_TYPES.flatMap((source) => parametersOf(source)
  .filter(({ kind, alias, targets }) => kind === 'reference' && (alias?.target ?? type) === type && (targets.length === 0 || targets.includes(type))).map(({ code }) => `${source}:${code}`)).toSorted()

const searchOf = (type: string): Record<string, unknown> => {
  const searchInclude = parametersOf(type).filter((parameter) => parameter.kind === 'reference').map((parameter) => `${type}:${parameter.code}`)
  return {
    ...(searchInclude.length === 0 ? {} : { searchInclude }),
    searchRevInclude: referringTo(type),
    searchParam: [...GENERAL, ...parametersOf(type).map((parameter) => ({ name: parameter.code, type: parameter.kind })), ...bodyParametersOf(type)],
  }
}

/** FHIR's codes in the order of its value set, each with the right that it needs (http://hl7.org/fhir/R4/valueset-type-restful-interaction.html). */
const TYPE_LEVEL: readonly (readonly [code: string, right: Interaction])[] = [
  ['read', 'read'], ['vread', 'vread'], ['update', 'update'], ['patch', 'update'], ['delete', 'delete'], ['history-instance', 'history-instance'], ['history-type', 'history-type'], ['create', 'create'], ['search-type', 'search-type'],
]
/** A transaction writes, and nobody at the center does: records belong to their hospitals; and nobody there may search every type. */
const SYSTEM_LEVEL: Readonly<Record<Site, readonly string[]>> = { hospital: ['transaction', 'batch', 'search-system', 'history-system'], center: ['batch', 'search-system'] }

const RULES = `Bodies up to 16 MiB, Bundles up to ${MAX_ENTRIES} entries, ${MAX_DEPTH} levels of nesting, ${MAX_RULES} invariants to judge in one resource (invalid-resource); beyond that the request is refused, never cut. `
  + `A page holds at most ${LARGEST_PAGE} results: a larger _count is answered with ${LARGEST_PAGE}, as the self link says, and a next link. `
  + 'Links first, previous, next and last lead through what there was when the first page was answered; the last page is a full one, counted from the end. '
  + `_list takes ids of List, or one of ${CURRENT_LISTS.join(', ')}: nobody keeps those, they are what has a current status now; in the history of a type or of everything it leaves the versions that the list names. `
  + 'Numbers keep every digit; searches tell them apart by 15 digits, in a coded unit by 12. Duplicate names in JSON are refused; in XML a DOCTYPE, processing instructions and elements out of the order of their definition. Unknown search parameters are refused unless Prefer: handling=lenient. '
  + `Chains have at most ${DEEPEST_CHAIN} steps, a parameter ${MOST_VALUES} values. Chains and _has also go along canonicals, of the version that is named or of any, among what is stored. Chains are also judged inside of what is contained, seen as what contains it, where at most 20000 resources have to be looked into (else too-costly); _has and _list find nothing that is contained. Searches that no index answers (_text, _content, along canonicals, :contains, _sort by a code or reference, code of CodeSystem and ValueSet, path of StructureDefinition, coordinates of MolecularSequence) end after 10 seconds as too-costly (422). `
  + `A page has at most ${MOST_INCLUDED} resources beside its matches, and :iterate leads at most ${DEEPEST_ITERATE} rounds further; more are too-costly (422), never left out. _total=estimate counts up to ${ESTIMATE_CAP - 1}; beyond that it is what the database expects, for those who may see every resource of the type. `
  + '_contained (true, both) with _containedType looks, in one type, into what contains other resources, from the newest, 20000 at most for a page (too-costly); it takes what is asked of the resource itself, and no order, count, summary or include. '
  + 'A literal relative reference must point to a current resource of this server, or to one in the same Bundle: otherwise dangling-reference (422). An absolute reference to this server, by its public address or the one it was asked at, is stored and searched for as a relative one; others are stored as they are. What is referred to may be deleted: who refers to it keeps what it says, also when it is updated. '
  + `An XML Patch is a diff of add, replace and remove, as is the resource in XML of at most ${MAX_XML} characters: beyond that body-too-large (413) and too-costly (422); sel has steps, positions, conditions of equality and attributes. `
  + `$graphql reads, and changes nothing: a query has at most ${LONGEST_QUERY} characters (413), and ${MOST_FIELDS} fields, ${MOST_ALIASES} aliases, ${DEEPEST_FIELD} levels, with its fragments written out, makes ${MOST_SEARCHES} reads and searches, looks at ${MOST_RESOURCES} resources and takes ${LONGEST_MS / 1000} seconds, `
  + `a list has ${LONGEST_LIST} (beyond that too-costly, 422): a Connection has pages. AuditEvents are not among what it finds. `
  + 'A batch takes operations but $graphql, whose answer is no resource; a transaction refuses them by name (400), as they would neither see what it writes nor be undone with it. '
  + 'A part (_summary, _elements) also shows what is mandatory or changes the meaning; an update that is tagged SUBSETTED is refused (subsetted-resource, 422). '
  + 'The history of a type, or of everything, is for those who may search all of it. '
  + 'Profiles and extensions that are stored count for $validate and for every write that names them; a profile that is broken or wider than its base is refused (invalid-resource), rules of it that take longer than 200 ms are too-costly. '
  + 'R4\'s own CodeSystem, ValueSet, ConceptMap and StructureDefinition are read by id, and found by url (with version) or _id alone, unless something is stored there; other searches do not list them. '
  + `An expansion of a value set has at most ${MOST_EXPANDED} codes: beyond that too-costly (422), and count with offset gives pages. `
  + `$everything answers pages of at most ${LARGEST_PAGE}; start and end go by the date of care, and what has none is included; _since bounds what is in the compartment, not what that refers to. `
  + 'Labels stand in the resource: $meta-add and $meta-delete make a new version, and go by If-Match. $diff answers a FHIRPath Patch without previous values, which can be sent back; resources of more than 256 KiB and patches of more than 1000 operations are too-costly (422). '
  + `$lastn and $stats look at up to ${MOST_OBSERVED} observations, beyond that too-costly (422); $stats takes valueQuantity with a UCUM unit, in the unit of the newest. `
  + '$document holds what the Composition names, and what that refers to in the same record; persist is for POST. $docref finds what is stored, and makes nothing on demand. '
  + `$match weighs at most ${MOST_CANDIDATES} patients for each way of finding them, and says when there were more; it takes those that were merged into others for those. `
  + `$summary has at most ${MOST_IN_SECTION} of each kind in a section, the newest, in Vietnamese or by Accept-Language in English. `
  + `$merge moves up to ${MOST_MOVED} resources in one transaction and leaves what is signed where it is; $unmerge puts back what it changed, or names what was changed since; both are for system clients. `
  + `Searches, histories and operations that change nothing take Prefer: respond-async from system clients: 202, then the state, the answer as one line of ndjson, and its end at Content-Location. They run with what the client may do then; an answer is kept for an hour in the memory of the server, up to ${LATER.ofOne} of a client, beyond which more are refused (429): after a restart of the server the request has to be sent again (404). `
  + 'A bulk export shows the instant of its kick-off and is kept for 24 hours. A bulk import is the body of one request, up to 16 GiB of application/fhir+ndjson with lines up to 16 MiB: each line is stored as an update under its own id would be, '
  + 'may refer to any other line, and is refused alone. '
  + 'Scopes may have search parameters whose values are codes, references or addresses: what does not match is as if it were not there (404), writes of it or to it are forbidden (403), as are updates that would create, old versions of such a type are not shown, and $document, $import, $merge and $unmerge are not for such types. '
  + 'X-Provenance, one Provenance as JSON without targets, is stored with what a create, update, patch or transaction creates and updates, of those versions, or nothing is; of a request that makes nothing it is not stored, and with other writes it is refused (400). '
  + 'A Binary is created and updated with its content as the body (any other Content-Type, X-Security-Context beside it), and read as its content where Accept names its type; as a resource otherwise. '
  + 'Conditional creates, updates, patches, deletes and conditional references are for system clients. A signed record is immutable (409). A person without a care relation gets break-glass-needed (403).'

const SUBSCRIPTIONS = 'Subscriptions of system clients, each seen to by the client that wrote it, with what its token could do and it may still do when an event comes. Channels: rest-hook, to addresses that the site allows, and websocket. '
  + 'Criteria of R4 tell of creates and updates that fit: without a payload by an empty POST, with one by PUT of the resource as it is then to [endpoint]/[type]/[id], each with its number in X-EMR-Event-Number. Topics tell by a Bundle; their filters name the type, and are joined by and; '
  + 'of what is deleted only _id, patient and subject are left to filter by. A change is judged by the version that it made; chains, _has, lists, places, words and _lastUpdated of a version that was overtaken before it was judged go by the resource of then. Whoever is told gets the resource as it is then: of what is gone by then only a bare call tells, and of what may not be seen any more none does, so that its number is not sent. Events have numbers without gaps and are sent in their order, at least once. '
  + `The values of header lines are shown to nobody: sent back as ********, a line stays what it was. A client has at most ${MOST_SUBSCRIPTIONS} Subscriptions. Pauses between attempts double from two seconds to an hour; after ${MOST_TRIES} failures in a row, or with more than ${MOST_WAITING} events waiting, it is off, `
  + `and begins anew with what comes when it is requested again. $events finds what was told for ${EVENT_DAYS} days, at most 1000 events at a time. A heartbeat has at least 5 seconds, an attempt 1 to 30, a notification 1 to 100 events. `
  + 'A websocket takes messages of up to 1024 bytes and up to 50 Subscriptions, each bound for an hour; it tells of what comes while it is bound, $events of the rest.'

const declared = (table: readonly Route[]): ReadonlySet<string> => new Set(table.flatMap((route) => (route.interaction ?? '').split(' ')))

const toCodes = (interactions: readonly string[]): { code: string }[] => interactions.map((code) => ({ code }))

type Claimed = readonly { readonly name: string; readonly definition: string }[]

/** Each once, although it has several routes. */
const claimsOf = (table: readonly Route[], fits: (operation: OperationClaim) => boolean, queries: Claimed = []): { readonly operation?: Claimed } => {
  const found = new Map([...table.flatMap(({ operation }) => (operation !== undefined && fits(operation) ? [[operation.name, operation.definition] as const] : [])), ...queries.map(({ name, definition }) => [name, definition] as const)])
  return found.size === 0 ? {} : { operation: [...found].map(([name, definition]) => ({ name, definition })) }
}

const operationsOf = (table: readonly Route[], site: Site, type: string): { readonly operation?: Claimed } =>
  claimsOf(table, (operation) => (operation.type ?? type) === type && mayEver(site, operation.right, type), mayEver(site, 'search-type', type) ? QUERIES.filter((query) => query.type === type) : [])

const resourceOf = (type: string, interactions: readonly string[], table: readonly Route[], site: Site): Record<string, unknown> => {
  const creates = interactions.includes('create')
  return {
    ...(type === 'Subscription' && { extension: TOPICS.map(({ url }) => ({ url: BACKPORT_EXTENSION.topic, valueCanonical: url })), documentation: SUBSCRIPTIONS, supportedProfile: [PROFILE.subscription] }),
    type, interaction: toCodes(interactions), versioning: 'versioned', readHistory: interactions.includes('history-instance'), updateCreate: interactions.includes('update'), conditionalCreate: creates,
    conditionalRead: 'full-support', conditionalUpdate: interactions.includes('update'), conditionalDelete: interactions.includes('delete') ? 'single' : 'not-supported', referencePolicy: ['literal', 'logical'], ...searchOf(type), ...operationsOf(table, site, type),
  }
}

const compartmentUrls = (): string[] => RESOURCE_TYPES.filter(isCompartment).map((type) => `http://hl7.org/fhir/CompartmentDefinition/${type.charAt(0).toLowerCase()}${type.slice(1)}`)

/** AuditEvent is rendered from the audit log: it is read and searched, and R4 leaves it to the server whether clients write any (http://hl7.org/fhir/R4/auditevent.html#bnc). */
const AUDIT_EVENT = {
  type: 'AuditEvent', documentation: 'Rendered from the audit log when read, for administrators and system clients with the scope; each event has one version. The log tells what this server did itself: a client that wants to create, change or '
    + 'delete an event is refused by method-not-allowed (405), whatever its scopes.', interaction: toCodes(['read', 'vread', 'search-type']),
  versioning: 'versioned', readHistory: false, updateCreate: false, conditionalCreate: false, conditionalRead: 'not-supported', conditionalUpdate: false, conditionalDelete: 'not-supported', searchParam: AUDIT_PARAMETERS,
}

/** How one comes in: at a hospital a system client, or an app for a person, with a token; at the center operators only, signed in at its pages. */
const securityOf = (site: Site, address: string): Record<string, unknown> => (site === 'center'
  ? { cors: false, description: 'Operators of the data center, by the session of its pages.' }
  : {
    // for the pages of registered apps alone
    cors: true,
    service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }], text: 'SMART App Launch 2.2: apps of persons by code and PKCE (S256); Backend Services by signed assertion (RS384, ES384) or secret; v2 scopes' }],
    extension: [{ url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: ['authorize', 'token', 'introspect', 'revoke'].map((url) => ({ url, valueUri: `${address}/oauth2/${url}` })) }],
  })

/** What every statement of this server says of itself. */
export const instanceOf = ({ started, version }: Claims, address: string): Record<string, unknown> => ({
  status: 'active', date: started, kind: 'instance', software: { name: 'quan-y-emr', version }, implementation: { description: 'Bệnh án điện tử quân y', url: `${address}/fhir/R4` },
})

/** `address`: by which the client reached this server, without a path. */
export const buildCapability = (table: readonly Route[], claims: Claims, address: string): Record<string, unknown> => {
  const routes = declared(table)
  const resource = RESOURCE_TYPES.toSorted().flatMap((type) => {
    const interactions = TYPE_LEVEL.filter(([code, right]) => routes.has(code) && mayEver(claims.site, right, type)).map(([code]) => code)
    return interactions.length === 0 ? [] : [type === 'AuditEvent' ? AUDIT_EVENT : resourceOf(type, interactions, table, claims.site)]
  })
  return {
    resourceType: 'CapabilityStatement',
    ...instanceOf(claims, address),
    ...(claims.site === 'hospital' && { instantiates: [BULK_DATA] }),
    fhirVersion: '4.0.1',
    format: [...JSON_TYPES, ...XML_TYPES],
    ...(routes.has('patch') && claims.site === 'hospital' && { patchFormat: [JSON_PATCH, XML_PATCH, ...JSON_TYPES, ...XML_TYPES] }),
    rest: [{
      ...(claims.site === 'hospital' && { extension: [{ url: WEBSOCKET, valueUri: socketUrl(`${address}/fhir/R4`) }] }),
      mode: 'server',
      documentation: RULES,
      security: securityOf(claims.site, address),
      resource,
      compartment: compartmentUrls(),
      interaction: toCodes(SYSTEM_LEVEL[claims.site].filter((code) => routes.has(code))),
      ...claimsOf(table, ({ whole }) => whole?.includes(claims.site) === true),
    }],
  }
}
