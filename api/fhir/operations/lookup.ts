/** What is known of a code. http://hl7.org/fhir/R4/codesystem-operation-lookup.html */
import { JsonNumber } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { CodeProperty } from '../../model/ports.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { fhirReply } from '../headers.ts'
import { answering, type TerminologyOperationDeps } from './operation.ts'
import { readOperation, writeParameters, type OutParameter, type ParameterSpecs } from './parameters-body.ts'

const TEXT = { kind: 'text' } as const
const TAKES: ParameterSpecs = { code: TEXT, system: TEXT, version: TEXT, coding: { kind: 'Coding' }, date: { kind: 'dateTime' }, displayLanguage: TEXT, property: { kind: 'text', repeats: true } }

/** A decimal was read as text, so that it keeps its digits. */
const valueOf = ({ name, value }: CodeProperty): unknown => (name === 'valueDecimal' && typeof value === 'string' ? new JsonNumber(value) : value)

const propertyOf = (property: CodeProperty): OutParameter => ({
  name: 'property',
  part: [{ name: 'code', valueCode: property.code }, { name: 'value', [property.name]: valueOf(property) }, ...(property.description === undefined ? [] : [{ name: 'description', valueString: property.description }])],
})

/** 200 with Parameters; 404 when the system or the code is not known. */
export const lookupOperation = (deps: TerminologyOperationDeps): FhirHandler => async (request) => {
  const input = readOperation(request, TAKES)
  const coding = input.coding('coding')
  const system = coding?.system ?? input.text('system'), code = coding?.code ?? input.text('code')
  if (system === undefined || code === undefined) throw outcome('bad-parameter', { expression: 'code', diagnostics: 'Give code and system, or a coding that has both.' })
  const found = await answering(deps, request, 'CodeSystem', 'lookup', () => deps.terminology.lookup({
    system, code, version: coding?.version ?? input.text('version'), on: input.day('date'), displayLanguage: input.text('displayLanguage') ?? request.headers['accept-language'], properties: input.texts('property'),
  }))
  return fhirReply(request, 200, writeParameters([
    { name: 'name', valueString: found.name }, { name: 'version', valueString: found.version }, { name: 'display', valueString: found.display },
    ...found.designations.map(({ language, use, value }): OutParameter => ({
      name: 'designation',
      part: [...(language === undefined ? [] : [{ name: 'language', valueCode: language }]), ...(use === undefined ? [] : [{ name: 'use', valueCoding: use }]), { name: 'value', valueString: value }],
    })),
    ...found.properties.map(propertyOf),
  ]))
}
