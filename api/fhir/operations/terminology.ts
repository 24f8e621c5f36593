/** The operations of terminology as a table. http://hl7.org/fhir/R4/terminology-service.html */
import type { Operation, TerminologyOperationDeps } from './operation.ts'
import { expandOperation } from './expand.ts'
import { lookupOperation } from './lookup.ts'
import { subsumesOperation } from './subsumes.ts'
import { translateOperation } from './translate.ts'
import { validateInSetOperation, validateInSystemOperation } from './validate-code.ts'

const definition = (type: string, name: string): string => `http://hl7.org/fhir/OperationDefinition/${type}-${name}`

export const terminologyOperations = (deps: TerminologyOperationDeps): Operation[] => [
  { type: 'CodeSystem', name: 'lookup', instance: false, handler: lookupOperation(deps) },
  { type: 'CodeSystem', name: 'validate-code', instance: true, handler: validateInSystemOperation(deps) },
  { type: 'CodeSystem', name: 'subsumes', instance: true, handler: subsumesOperation(deps) },
  { type: 'ValueSet', name: 'expand', instance: true, handler: expandOperation(deps) },
  { type: 'ValueSet', name: 'validate-code', instance: true, handler: validateInSetOperation(deps) },
  { type: 'ConceptMap', name: 'translate', instance: true, handler: translateOperation(deps) },
].map((operation) => ({ ...operation, definition: definition(operation.type, operation.name) }))
