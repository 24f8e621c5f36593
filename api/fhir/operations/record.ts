/** The operations on records as a table. http://hl7.org/fhir/R4/operationslist.html */
import { everythingOperation, type EverythingDeps } from './everything.ts'
import type { Operation } from './operation.ts'

const R4 = 'http://hl7.org/fhir/OperationDefinition'
const READS: Operation['methods'] = ['GET', 'POST']

export type RecordOperationDeps = EverythingDeps

export const recordOperations = (deps: RecordOperationDeps): Operation[] => [
  { type: 'Patient', name: 'everything', definition: `${R4}/Patient-everything`, right: 'read', levels: ['type', 'instance'], methods: READS, handler: everythingOperation(deps, 'Patient') },
  { type: 'Encounter', name: 'everything', definition: `${R4}/Encounter-everything`, right: 'read', levels: ['instance'], methods: READS, handler: everythingOperation(deps, 'Encounter') },
]
