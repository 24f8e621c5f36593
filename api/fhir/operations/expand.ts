/** The codes of a value set. http://hl7.org/fhir/R4/valueset-operation-expand.html */
import type { ValueSet } from '@medplum/fhirtypes'
import { fromPlain, writeJson } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { fhirReply } from '../headers.ts'
import { answering, readSent, toNamed, type TerminologyOperationDeps } from './operation.ts'
import { readOperation, type ParameterSpecs } from './parameters-body.ts'

const TEXT = { kind: 'text' } as const
const FLAG = { kind: 'boolean' } as const
const TEXTS = { kind: 'text', repeats: true } as const

const TAKES: ParameterSpecs = {
  url: TEXT, valueSet: { kind: 'resource', type: 'ValueSet' }, valueSetVersion: TEXT, filter: TEXT, date: { kind: 'dateTime' }, offset: { kind: 'integer' }, count: { kind: 'integer' },
  includeDesignations: FLAG, designation: TEXTS, includeDefinition: FLAG, activeOnly: FLAG, excludeNested: FLAG, excludeNotForUI: FLAG, excludePostCoordinated: FLAG, displayLanguage: TEXT,
  'exclude-system': TEXTS, 'system-version': TEXTS, 'check-system-version': TEXTS, 'force-system-version': TEXTS,
}

/** 200 with the value set and its expansion. */
export const expandOperation = (deps: TerminologyOperationDeps): FhirHandler => async (request) => {
  const input = readOperation(request, TAKES)
  const expanded = await answering(deps, request, 'ValueSet', 'expand', async (id) => {
    const sent = await readSent<ValueSet>(deps, input, 'valueSet')
    if (id === undefined && input.text('url') === undefined && !sent) throw outcome('bad-parameter', { expression: 'url', diagnostics: 'Name the value set by url or id, or send it.' })
    return deps.terminology.expand({
      valueSet: toNamed(id, input.text('url'), input.text('valueSetVersion'), sent),
      filter: input.text('filter'), on: input.day('date'), offset: input.whole('offset'), count: input.whole('count'),
      includeDesignations: input.flag('includeDesignations'), designation: input.texts('designation'), includeDefinition: input.flag('includeDefinition'),
      activeOnly: input.flag('activeOnly'), excludeNested: input.flag('excludeNested'), excludeNotForUI: input.flag('excludeNotForUI'),
      displayLanguage: input.text('displayLanguage') ?? request.headers['accept-language'], excludeSystem: input.texts('exclude-system'),
      versions: { standard: input.texts('system-version'), check: input.texts('check-system-version'), force: input.texts('force-system-version') },
    })
  })
  return fhirReply(request, 200, writeJson(fromPlain(expanded)))
}
