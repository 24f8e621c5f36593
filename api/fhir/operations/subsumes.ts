/** How two codes of one system stand to each other. http://hl7.org/fhir/R4/codesystem-operation-subsumes.html */
import type { CodeSystem } from '@medplum/fhirtypes'
import { outcome } from '../../model/outcome.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { fhirReply } from '../headers.ts'
import { answering, toNamed, type TerminologyOperationDeps } from './operation.ts'
import { readOperation, writeParameters, type ParameterSpecs } from './parameters-body.ts'

const TEXT = { kind: 'text' } as const
const TAKES: ParameterSpecs = { codeA: TEXT, codeB: TEXT, system: TEXT, version: TEXT, codingA: { kind: 'Coding' }, codingB: { kind: 'Coding' } }

/** 200 with Parameters; 404 when the system or a code is not known. */
export const subsumesOperation = (deps: TerminologyOperationDeps): FhirHandler => async (request) => {
  const input = readOperation(request, TAKES)
  const [one, other] = [input.coding('codingA'), input.coding('codingB')]
  const codeA = one?.code ?? input.text('codeA'), codeB = other?.code ?? input.text('codeB')
  const systems = new Set([one?.system, other?.system, input.text('system')].filter((system) => system !== undefined))
  const [system] = systems
  if (codeA === undefined || codeB === undefined) throw outcome('bad-parameter', { expression: 'codeA', diagnostics: 'Give two codes, or two codings.' })
  if (systems.size > 1) throw outcome('bad-parameter', { expression: 'codingB', diagnostics: 'Both codes are of one code system.' })
  if (request.params.id === undefined && system === undefined) throw outcome('bad-parameter', { expression: 'system', diagnostics: 'The codes need their system.' })
  const found = await answering(deps, request, 'CodeSystem', 'subsumes', (id) => deps.terminology.subsumes(toNamed<CodeSystem>(id, system, one?.version ?? input.text('version'), undefined), [codeA, codeB]))
  return fhirReply(request, 200, writeParameters([{ name: 'outcome', valueCode: found }]))
}
