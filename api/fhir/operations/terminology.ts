/** The operations of terminology as a table. http://hl7.org/fhir/R4/terminology-service.html */
import type { Level, Operation, TerminologyOperationDeps } from './operation.ts'
import { expandOperation } from './expand.ts'
import { lookupOperation } from './lookup.ts'
import { subsumesOperation } from './subsumes.ts'
import { translateOperation } from './translate.ts'
import { validateInSetOperation, validateInSystemOperation } from './validate-code.ts'

const TYPE: readonly Level[] = ['type'], BOTH: readonly Level[] = ['type', 'instance']

const definition = (type: string, name: string): string => `http://hl7.org/fhir/OperationDefinition/${type}-${name}`

export const terminologyOperations = (deps: TerminologyOperationDeps): Operation[] => [
  { type: 'CodeSystem', name: 'lookup', levels: TYPE, handler: lookupOperation(deps) },
  { type: 'CodeSystem', name: 'validate-code', levels: BOTH, handler: validateInSystemOperation(deps) },
  { type: 'CodeSystem', name: 'subsumes', levels: BOTH, handler: subsumesOperation(deps) },
  { type: 'ValueSet', name: 'expand', levels: BOTH, handler: expandOperation(deps) },
  { type: 'ValueSet', name: 'validate-code', levels: BOTH, handler: validateInSetOperation(deps) },
  { type: 'ConceptMap', name: 'translate', levels: BOTH, handler: translateOperation(deps) },
].map((operation) => ({ ...operation, definition: definition(operation.type, operation.name), right: 'read', methods: ['GET', 'POST'] }))
