/** Codes by a concept map, from source to target or back (http://hl7.org/fhir/R4/conceptmap-operation-translate.html). Pure. */
import type { Coding, ConceptMap, ConceptMapGroup, ConceptMapGroupElementTarget } from '@medplum/fhirtypes'
import type { TranslateRequest, Translation } from '../../model/ports.ts'

type Asked = Pick<TranslateRequest, 'targetSystem' | 'dependencies'>

/** The relation seen from the other side (http://hl7.org/fhir/R4/valueset-concept-map-equivalence.html). */
const OPPOSITE: Readonly<Record<string, string>> = { wider: 'narrower', narrower: 'wider', subsumes: 'specializes', specializes: 'subsumes' }

const codingOf = (system: string | undefined, code: string | undefined, display: string | undefined, version?: string): Coding =>
  ({ ...(system !== undefined && { system }), ...(version !== undefined && { version }), ...(code !== undefined && { code }), ...(display !== undefined && { display }) })

/** A target that depends on something holds only where that something is given (http://hl7.org/fhir/R4/conceptmap-definitions.html#ConceptMap.group.element.target.dependsOn). */
const dependenciesHold = ({ dependsOn }: ConceptMapGroupElementTarget, { dependencies }: Asked): boolean =>
  (dependsOn ?? []).every(({ property, system, value }) => dependencies.some(({ element, concept }) =>
    element === property && (concept.text === value || (concept.coding ?? []).some((coding) => coding.code === value && (system === undefined || coding.system === system)))))

const productsOf = ({ product }: ConceptMapGroupElementTarget): Translation['products'] =>
  (product ?? []).flatMap(({ property, system, value, display }) => (property === undefined ? [] : [{ element: property, concept: codingOf(system, value, display) }]))

export interface MapAnswer {
  readonly matches: readonly Translation[]
  /** Another map says what this one does not. */
  readonly others: readonly string[]
}

const source = (map: ConceptMap): { source?: string } => (map.url === undefined ? {} : { source: map.url })

const unmapped = (map: ConceptMap, group: ConceptMapGroup, coding: Coding): MapAnswer => {
  const { unmapped: rule } = group
  if (rule?.mode === 'provided') return { matches: [{ equivalence: 'equal', concept: codingOf(group.target, coding.code, coding.display, group.targetVersion), products: [], ...source(map) }], others: [] }
  if (rule?.mode === 'fixed') return { matches: [{ equivalence: 'inexact', concept: codingOf(group.target, rule.code, rule.display, group.targetVersion), products: [], ...source(map) }], others: [] }
  return { matches: [], others: rule?.mode === 'other-map' && rule.url !== undefined ? [rule.url] : [] }
}

const appliesTo = (own: string | undefined, version: string | undefined, coding: Coding): boolean =>
  (coding.system === undefined || own === undefined || own === coding.system) && (coding.version === undefined || version === undefined || version === coding.version)

const forward = (map: ConceptMap, coding: Coding, asked: Asked): MapAnswer => {
  const answers = (map.group ?? []).filter((group) => appliesTo(group.source, group.sourceVersion, coding) && (asked.targetSystem === undefined || group.target === asked.targetSystem)).map((group): MapAnswer => {
    const elements = (group.element ?? []).filter(({ code }) => code === coding.code)
    if (elements.length === 0) return unmapped(map, group, coding)
    const targets = elements.flatMap(({ target }) => target ?? []).filter((target) => dependenciesHold(target, asked))
    return {
      others: [],
      matches: targets.map((target) => ({
        equivalence: target.equivalence ?? 'relatedto', products: productsOf(target), ...source(map),
        ...(target.code !== undefined && { concept: codingOf(group.target, target.code, target.display, group.targetVersion) }),
      })),
    }
  })
  return { matches: answers.flatMap(({ matches }) => matches), others: answers.flatMap(({ others }) => others) }
}

const backward = (map: ConceptMap, coding: Coding, asked: Asked): MapAnswer => ({
  others: [],
  matches: (map.group ?? []).filter((group) => appliesTo(group.target, group.targetVersion, coding) && (asked.targetSystem === undefined || group.source === asked.targetSystem)).flatMap((group) =>
    (group.element ?? []).flatMap((element) => (element.target ?? []).filter((target) => target.code === coding.code && dependenciesHold(target, asked)).map((target): Translation => {
      const equivalence = target.equivalence ?? 'relatedto'
      return { equivalence: OPPOSITE[equivalence] ?? equivalence, concept: codingOf(group.source, element.code, element.display, group.sourceVersion), products: [], ...source(map) }
    }))),
})

export const translateBy = (map: ConceptMap, coding: Coding, asked: Asked, reverse: boolean): MapAnswer => (reverse ? backward : forward)(map, coding, asked)

/** These say that there is no translation. */
export const isMatch = ({ equivalence }: Translation): boolean => equivalence !== 'unmatched' && equivalence !== 'disjoint'
