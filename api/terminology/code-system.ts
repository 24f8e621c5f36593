/** A version of a code list as a FHIR CodeSystem (http://hl7.org/fhir/R4/codesystem.html), the only place where lists are kept. */
import type { CodeSystem, CodeSystemConcept } from '@medplum/fhirtypes'
import type { CodeListInfo, Concept } from '../model/ports.ts'
import { LISTS } from '../model/systems.ts'

/** http://hl7.org/fhir/extensions/StructureDefinition-resource-effectivePeriod.html */
const EFFECTIVE = 'http://hl7.org/fhir/StructureDefinition/resource-effectivePeriod'
const LEGAL_BASIS = 'https://quany.example/fhir/StructureDefinition/legal-basis'
const STARTER = 'https://quany.example/fhir/StructureDefinition/starter-list'

export interface ListVersion {
  readonly info: CodeListInfo
  readonly concepts: readonly Concept[]
}

/** Resource id of a list's version; FHIR ids allow letters, digits, "-" and ".". */
export const codeSystemId = (list: string, version: string): string => `${list}-${version}`.replace(/[^A-Za-z0-9\-.]/g, '-').slice(0, 64)

const toEntry = (concept: Concept): CodeSystemConcept => ({
  code: concept.code,
  display: concept.display,
  ...(concept.displayEn ? { designation: [{ language: 'en', value: concept.displayEn }] } : {}),
  property: [
    ...Object.entries(concept.properties).map(([code, valueString]) => ({ code, valueString })),
    ...(concept.validFrom ? [{ code: 'validFrom', valueDateTime: concept.validFrom }] : []),
    ...(concept.validTo ? [{ code: 'validTo', valueDateTime: concept.validTo }] : []),
    { code: 'reviewed', valueBoolean: concept.reviewed },
  ],
})

/** `info.concepts` and `info.unreviewed` are counted from `concepts`. */
export function toCodeSystem(info: Omit<CodeListInfo, 'concepts' | 'unreviewed'>, concepts: readonly Concept[]): CodeSystem {
  const names = new Set(concepts.flatMap((c) => Object.keys(c.properties)))
  return {
    resourceType: 'CodeSystem',
    id: codeSystemId(info.list, info.version),
    extension: [
      { url: EFFECTIVE, valuePeriod: { start: info.validFrom, ...(info.validTo ? { end: info.validTo } : {}) } },
      { url: STARTER, valueBoolean: info.starter },
      ...(info.legalBasis ? [{ url: LEGAL_BASIS, valueString: info.legalBasis }] : []),
    ],
    url: info.system,
    version: info.version,
    name: info.list,
    title: info.title,
    status: 'active',
    experimental: info.starter,
    publisher: info.source,
    copyright: info.licence,
    caseSensitive: true,
    content: info.complete ? 'complete' : 'fragment',
    count: concepts.length,
    property: [
      ...[...names].map((code) => ({ code, type: 'string' as const })),
      { code: 'validFrom', type: 'dateTime' }, { code: 'validTo', type: 'dateTime' }, { code: 'reviewed', type: 'boolean' },
    ],
    concept: concepts.map(toEntry),
  }
}

function toConcept(entry: CodeSystemConcept, system: string, version: string): Concept {
  const own = entry.property ?? []
  const date = (code: string): string | undefined => own.find((p) => p.code === code)?.valueDateTime
  const displayEn = entry.designation?.find((d) => d.language === 'en')?.value
  const validFrom = date('validFrom'), validTo = date('validTo')
  return {
    system, version, code: entry.code ?? '', display: entry.display ?? entry.code ?? '',
    properties: Object.fromEntries(own.flatMap((p) => (p.code && p.valueString !== undefined ? [[p.code, p.valueString]] : []))),
    reviewed: own.some((p) => p.code === 'reviewed' && p.valueBoolean === true),
    ...(displayEn ? { displayEn } : {}), ...(validFrom ? { validFrom } : {}), ...(validTo ? { validTo } : {}),
  }
}

const flatten = (entries: readonly CodeSystemConcept[]): CodeSystemConcept[] => entries.flatMap((e) => [e, ...flatten(e.concept ?? [])])

/** undefined when the resource is not one of the product's lists. */
export function fromCodeSystem(resource: CodeSystem): ListVersion | undefined {
  const list = Object.entries(LISTS).find(([, system]) => system === resource.url)?.[0]
  if (!list || !resource.url || !resource.version) return undefined
  const extension = (url: string) => resource.extension?.find((e) => e.url === url)
  const period = extension(EFFECTIVE)?.valuePeriod
  const version = resource.version, system = resource.url
  const concepts = flatten(resource.concept ?? []).map((entry) => toConcept(entry, system, version))
  const legalBasis = extension(LEGAL_BASIS)?.valueString
  return {
    concepts,
    info: {
      list, system, version, title: resource.title ?? list, validFrom: period?.start ?? '1900-01-01',
      concepts: concepts.length, unreviewed: concepts.filter((c) => !c.reviewed).length,
      starter: extension(STARTER)?.valueBoolean === true, complete: resource.content === 'complete', source: resource.publisher ?? '', licence: resource.copyright ?? '',
      ...(period?.end ? { validTo: period.end } : {}), ...(legalBasis ? { legalBasis } : {}),
    },
  }
}
