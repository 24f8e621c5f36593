/** The operations on records as a table. http://hl7.org/fhir/R4/operationslist.html */
import { OPERATION } from '../../model/systems.ts'
import { diffOperation } from './diff.ts'
import { docrefOperation } from './docref.ts'
import { documentOperation, type DocumentDeps } from './document.ts'
import { everythingOperation, type EverythingDeps } from './everything.ts'
import { lastnOperation } from './lastn.ts'
import { matchOperation } from './match.ts'
import { mergeOperation } from './merge.ts'
import { metaChangeOperation } from './meta-change.ts'
import { metaOperation } from './meta.ts'
import type { Operation } from './operation.ts'
import { statsOperation } from './stats.ts'
import { summaryOperation, type SummaryDeps } from './summary.ts'
import { unmergeOperation } from './unmerge.ts'
import { validateOperation, type ValidateDeps } from './validate.ts'

const R4 = 'http://hl7.org/fhir/OperationDefinition'
const IPS = 'http://hl7.org/fhir/uv/ips/OperationDefinition'
const US_CORE = 'http://hl7.org/fhir/us/core/OperationDefinition'
const READS: Operation['methods'] = ['GET', 'POST']

export type RecordOperationDeps = EverythingDeps & DocumentDeps & ValidateDeps & SummaryDeps

export const recordOperations = (deps: RecordOperationDeps): Operation[] => [
  { type: 'Patient', name: 'everything', definition: `${R4}/Patient-everything`, right: 'read', levels: ['type', 'instance'], methods: READS, handler: everythingOperation(deps, 'Patient') },
  { type: 'Patient', name: 'summary', definition: `${IPS}/summary`, right: 'read', levels: ['type', 'instance'], methods: READS, handler: summaryOperation(deps) },
  { type: 'Patient', name: 'match', definition: `${R4}/Patient-match`, right: 'search-type', levels: ['type'], methods: ['POST'], handler: matchOperation(deps) },
  { type: 'Patient', name: 'merge', definition: OPERATION.merge, right: 'update', levels: ['type'], methods: ['POST'], handler: mergeOperation(deps) },
  { type: 'Patient', name: 'unmerge', definition: OPERATION.unmerge, right: 'update', levels: ['type'], methods: ['POST'], handler: unmergeOperation(deps) },
  { type: 'Encounter', name: 'everything', definition: `${R4}/Encounter-everything`, right: 'read', levels: ['instance'], methods: READS, handler: everythingOperation(deps, 'Encounter') },
  { type: 'Observation', name: 'lastn', definition: `${R4}/Observation-lastn`, right: 'search-type', levels: ['type'], methods: READS, handler: lastnOperation(deps) },
  { type: 'Observation', name: 'stats', definition: `${R4}/Observation-stats`, right: 'search-type', levels: ['type'], methods: READS, handler: statsOperation(deps) },
  { type: 'Composition', name: 'document', definition: `${R4}/Composition-document`, right: 'read', levels: ['type', 'instance'], methods: READS, handler: documentOperation(deps) },
  { type: 'DocumentReference', name: 'docref', definition: `${US_CORE}/docref`, right: 'search-type', levels: ['type'], methods: READS, handler: docrefOperation(deps) },
  { name: 'meta', definition: `${R4}/Resource-meta`, right: 'read', whole: ['hospital'], levels: ['system', 'type', 'instance', 'version'], methods: READS, handler: metaOperation(deps) },
  { name: 'meta-add', definition: `${R4}/Resource-meta-add`, right: 'update', levels: ['instance'], methods: ['POST'], handler: metaChangeOperation(deps, 'meta-add') },
  { name: 'meta-delete', definition: `${R4}/Resource-meta-delete`, right: 'update', levels: ['instance'], methods: ['POST'], handler: metaChangeOperation(deps, 'meta-delete') },
  { name: 'diff', definition: OPERATION.diff, right: 'read', whole: ['hospital', 'center'], levels: ['system', 'type', 'instance'], methods: READS, handler: diffOperation(deps) },
  { name: 'validate', definition: `${R4}/Resource-validate`, right: 'read', levels: ['type', 'instance'], methods: READS, handler: validateOperation(deps) },
]
