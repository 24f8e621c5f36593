/** Whether a code is in a value set (http://hl7.org/fhir/R4/valueset-operation-validate-code.html) or in a code system (http://hl7.org/fhir/R4/codesystem-operation-validate-code.html). */
import type { CodeSystem, Coding, ValueSet } from '@medplum/fhirtypes'
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { Validated, ValidateRequest } from '../../model/ports.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { fhirReply } from '../headers.ts'
import { answering, readSent, toNamed, type TerminologyOperationDeps } from './operation.ts'
import { readOperation, writeParameters, type OperationInput, type ParameterSpecs } from './parameters-body.ts'

const TEXT = { kind: 'text' } as const
const SHARED: ParameterSpecs = {
  url: TEXT, code: TEXT, display: TEXT, coding: { kind: 'Coding' }, codeableConcept: { kind: 'CodeableConcept' }, date: { kind: 'dateTime' }, abstract: { kind: 'boolean' }, displayLanguage: TEXT,
}
const OF_SET: ParameterSpecs = { ...SHARED, valueSet: { kind: 'resource', type: 'ValueSet' }, valueSetVersion: TEXT, system: TEXT, systemVersion: TEXT, inferSystem: { kind: 'boolean' } }
const OF_SYSTEM: ParameterSpecs = { ...SHARED, codeSystem: { kind: 'resource', type: 'CodeSystem' }, version: TEXT }

const requestOf = (request: GuardedRequest, input: OperationInput, codings: readonly Coding[]): ValidateRequest => {
  if (codings.length === 0) throw outcome('bad-parameter', { expression: 'code', diagnostics: 'Give a code, a coding or a codeableConcept.' })
  return { codings, display: input.text('display'), on: input.day('date'), abstract: input.flag('abstract'), displayLanguage: input.text('displayLanguage') ?? request.headers['accept-language'], inferSystem: input.flag('inferSystem') }
}

/** The codings asked about: of a concept all of them. */
const codingsOf = (input: OperationInput, around: Coding): Coding[] => {
  const code = input.text('code'), coding = input.coding('coding'), concept = input.concept('codeableConcept')
  if ([code, coding, concept].filter((given) => given !== undefined).length > 1) throw outcome('bad-parameter', { expression: 'code', diagnostics: 'Give one of code, coding and codeableConcept.' })
  return [...(code === undefined ? [] : [{ ...around, code }]), ...(coding ? [coding] : []), ...(concept?.coding ?? [])]
}

const answer = (request: GuardedRequest, { result, message, display, code, system, version }: Validated): Reply => fhirReply(request, 200, writeParameters([
  { name: 'result', valueBoolean: result }, { name: 'message', valueString: message }, { name: 'display', valueString: display },
  { name: 'code', valueCode: code }, { name: 'system', valueUri: system }, { name: 'version', valueString: version },
]))

/** 200 with Parameters: result, and why not; 404 when the value set is not known. */
export const validateInSetOperation = (deps: TerminologyOperationDeps): FhirHandler => async (request) => {
  const input = readOperation(request, OF_SET)
  const system = input.text('system'), version = input.text('systemVersion')
  const asked = requestOf(request, input, codingsOf(input, { ...(system !== undefined && { system }), ...(version !== undefined && { version }) }))
  return answer(request, await answering(deps, request, 'ValueSet', 'validate-code', async (id) => {
    const sent = await readSent<ValueSet>(deps, input, 'valueSet')
    if (id === undefined && input.text('url') === undefined && !sent) throw outcome('bad-parameter', { expression: 'url', diagnostics: 'Name the value set by url or id, or send it.' })
    const versions = system !== undefined && version !== undefined ? { standard: [`${system}|${version}`] } : {}
    return deps.terminology.validateInSet(toNamed(id, input.text('url'), input.text('valueSetVersion'), sent), { ...asked, versions })
  }))
}

/** The same for a code system. */
export const validateInSystemOperation = (deps: TerminologyOperationDeps): FhirHandler => async (request) => {
  const input = readOperation(request, OF_SYSTEM)
  const codings = codingsOf(input, {})
  const asked = requestOf(request, input, codings)
  return answer(request, await answering(deps, request, 'CodeSystem', 'validate-code', async (id) => {
    const sent = await readSent<CodeSystem>(deps, input, 'codeSystem')
    const url = input.text('url') ?? codings[0]?.system
    if (id === undefined && url === undefined && !sent) throw outcome('bad-parameter', { expression: 'url', diagnostics: 'Name the code system by url or id, or send it.' })
    return deps.terminology.validateInSystem(toNamed(id, url, input.text('version') ?? codings[0]?.version, sent), asked)
  }))
}
