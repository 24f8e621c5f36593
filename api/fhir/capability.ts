/**
 * The CapabilityStatement (http://hl7.org/fhir/R4/capabilitystatement.html), derived: interactions from the route table, search parameters from the search registry.
 * What stands in neither is not claimed.
 */
import type { Route } from '../http/route.ts'
import { JSON_TYPES } from '../http/route.ts'
import { MAX_DEPTH } from '../model/json.ts'
import { MAX_RULES } from '../model/limits.ts'
import { parametersOf } from '../search/registry.ts'
import { RESOURCE_TYPES } from '../search/resource-types.ts'
import { MAX_ENTRIES } from './bundle-body.ts'
import { AUDIT_PARAMETERS } from './interactions/audit-events.ts'

export interface Claims {
  readonly publicUrl: string
  readonly version: string
  readonly started: string
}

/** Held as columns of the row, so they stand in no registry row. */
const GENERAL = [{ name: '_id', type: 'token' }, { name: '_lastUpdated', type: 'date' }]

const searchOf = (type: string): Record<string, unknown> => {
  const searchInclude = parametersOf(type).filter((parameter) => parameter.kind === 'reference').map((parameter) => `${type}:${parameter.code}`)
  return {
    ...(searchInclude.length === 0 ? {} : { searchInclude }),
    searchParam: [...GENERAL, ...parametersOf(type).map((parameter) => ({ name: parameter.code, type: parameter.kind }))],
  }
}

const TYPE_LEVEL: ReadonlySet<string> = new Set(['read', 'vread', 'update', 'delete', 'history-instance', 'create', 'search-type'])
const SYSTEM_LEVEL: ReadonlySet<string> = new Set(['transaction', 'batch', 'search-system'])

const RULES = `Bodies up to 16 MiB, Bundles up to ${MAX_ENTRIES} entries, ${MAX_DEPTH} levels of nesting, ${1000} results a page, ${MAX_RULES} invariants to judge in one resource (invalid-resource); beyond that the request is refused, never cut. `
  + 'Numbers keep every digit. Duplicate names in JSON are refused. Unknown search parameters are refused unless Prefer: handling=lenient. '
  + 'A literal relative reference must point to a current resource of this server, or to one in the same Bundle: otherwise dangling-reference (422). Absolute references are stored as they are. '
  + 'Conditional creates and conditional references are for system clients. A signed record is immutable (409). A person without a care relation gets break-glass-needed (403).'

const interactionsOf = (table: readonly Route[], level: ReadonlySet<string>): { code: string }[] =>
  [...new Set(table.flatMap((route) => (route.interaction ?? '').split(' ')))].filter((code) => level.has(code)).map((code) => ({ code }))

const resourceOf = (type: string, interaction: readonly { code: string }[]): Record<string, unknown> => ({
  type, interaction, versioning: 'versioned', readHistory: true, updateCreate: true, conditionalCreate: true, conditionalRead: 'not-match', conditionalUpdate: false,
  conditionalDelete: 'not-supported', referencePolicy: ['literal', 'logical'], ...searchOf(type),
})

/** AuditEvent is rendered from the audit log: read and search only. */
const AUDIT_EVENT = {
  type: 'AuditEvent', documentation: 'Rendered from the audit log when read; administrators and system clients with the scope.', interaction: [{ code: 'read' }, { code: 'search-type' }],
  versioning: 'no-version', readHistory: false, updateCreate: false, conditionalCreate: false, conditionalRead: 'not-supported', conditionalUpdate: false, conditionalDelete: 'not-supported', searchParam: AUDIT_PARAMETERS,
}

export const buildCapability = (table: readonly Route[], claims: Claims): Record<string, unknown> => {
  const interaction = interactionsOf(table, TYPE_LEVEL)
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: claims.started,
    kind: 'instance',
    software: { name: 'quan-y-emr', version: claims.version },
    implementation: { description: 'Bệnh án điện tử quân y', url: `${claims.publicUrl}/fhir/R4` },
    fhirVersion: '4.0.1',
    format: [...JSON_TYPES],
    rest: [{
      mode: 'server',
      documentation: RULES,
      security: {
        cors: false,
        service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }], text: 'OAuth 2.0 client credentials (SMART Backend Services)' }],
        extension: [{ url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: [{ url: 'token', valueUri: `${claims.publicUrl}/oauth2/token` }] }],
      },
      resource: RESOURCE_TYPES.toSorted().map((type) => (type === 'AuditEvent' ? AUDIT_EVENT : resourceOf(type, interaction))),
      interaction: interactionsOf(table, SYSTEM_LEVEL),
    }],
  }
}
