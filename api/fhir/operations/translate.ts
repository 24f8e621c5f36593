/** A code in the terms of another code system, by a concept map. http://hl7.org/fhir/R4/conceptmap-operation-translate.html */
import type { Coding, ConceptMap } from '@medplum/fhirtypes'
import { outcome } from '../../model/outcome.ts'
import type { Translation } from '../../model/ports.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { fhirReply } from '../headers.ts'
import { answering, readSent, toNamed, type TerminologyOperationDeps } from './operation.ts'
import { readOperation, writeParameters, type OperationInput, type OutParameter, type ParameterSpecs } from './parameters-body.ts'

const TEXT = { kind: 'text' } as const
const TAKES: ParameterSpecs = {
  url: TEXT, conceptMap: { kind: 'resource', type: 'ConceptMap' }, conceptMapVersion: TEXT, code: TEXT, system: TEXT, version: TEXT, source: TEXT, coding: { kind: 'Coding' }, codeableConcept: { kind: 'CodeableConcept' },
  target: TEXT, targetsystem: TEXT, dependency: { kind: 'part', repeats: true }, reverse: { kind: 'boolean' },
}
const DEPENDENCY: ParameterSpecs = { element: TEXT, concept: { kind: 'CodeableConcept' } }

const codingsOf = (input: OperationInput): Coding[] => {
  const code = input.text('code'), system = input.text('system'), version = input.text('version'), coding = input.coding('coding'), concept = input.concept('codeableConcept')
  if (code !== undefined && system === undefined) throw outcome('bad-parameter', { expression: 'system', diagnostics: 'A code needs its system.' })
  const given: Coding[] = [...(code === undefined ? [] : [{ code, ...(system !== undefined && { system }), ...(version !== undefined && { version }) }]), ...(coding ? [coding] : []), ...(concept?.coding ?? [])]
  if (given.length === 0) throw outcome('bad-parameter', { expression: 'code', diagnostics: 'Give a code with its system, a coding or a codeableConcept.' })
  return given
}

const matchOf = ({ equivalence, concept, products, source }: Translation): OutParameter => ({
  name: 'match',
  part: [
    { name: 'equivalence', valueCode: equivalence }, ...(concept ? [{ name: 'concept', valueCoding: concept }] : []),
    ...products.map((product) => ({ name: 'product', part: [{ name: 'element', valueUri: product.element }, { name: 'concept', valueCoding: product.concept }] })),
    ...(source === undefined ? [] : [{ name: 'source', valueUri: source }]),
  ],
})

/** 200 with Parameters: result, and every match with its equivalence. */
export const translateOperation = (deps: TerminologyOperationDeps): FhirHandler => async (request) => {
  const input = readOperation(request, TAKES)
  const codings = codingsOf(input)
  const dependencies = input.parts('dependency', DEPENDENCY).map((part) => ({ element: part.text('element') ?? '', concept: part.concept('concept') ?? {} }))
  const { result, message, matches } = await answering(deps, request, 'ConceptMap', 'translate', async (id) => deps.terminology.translate({
    map: toNamed(id, input.text('url'), input.text('conceptMapVersion'), await readSent<ConceptMap>(deps, input, 'conceptMap')),
    codings, dependencies, source: input.text('source'), target: input.text('target'), targetSystem: input.text('targetsystem'), reverse: input.flag('reverse'),
  }))
  return fhirReply(request, 200, writeParameters([{ name: 'result', valueBoolean: result }, { name: 'message', valueString: message }, ...matches.map(matchOf)]))
}
