/** Codes of a value set as ValueSet.expansion (http://hl7.org/fhir/R4/valueset-definitions.html#ValueSet.expansion): filtered by words, best first, paged, or nested. Pure. */
import type { ValueSet, ValueSetExpansion, ValueSetExpansionContains, ValueSetExpansionParameter } from '@medplum/fhirtypes'
import { MOST_EXPANDED } from '../../model/code-ports.ts'
import { outcome } from '../../model/outcome.ts'
import type { ExpandRequest } from '../../model/ports.ts'
import { rank, toMatchRow, type MatchRow } from '../match.ts'
import { designationsFor, displayIn } from './display.ts'
import { splitCanonical } from './description.ts'
import type { CompiledSet, Item } from './compiled.ts'

const DEEPEST_NEST = 40
const UNCLOSED = 'http://hl7.org/fhir/StructureDefinition/valueset-unclosed'

const rowOf = (item: Item): MatchRow<Item> => {
  const row = item.row ?? toMatchRow(item, {
    code: item.code, display: item.display ?? item.code, others: item.designations.map(({ value }) => value),
    synonyms: (item.entry?.properties ?? []).flatMap(({ code, value }) => (code === 'synonyms' && typeof value === 'string' ? value.split(';') : [])),
  })
  item.row = row
  return row
}

const selected = (set: CompiledSet, request: ExpandRequest): readonly Item[] => {
  const without = new Set((request.excludeSystem ?? []).map((canonical) => splitCanonical(canonical).url))
  const items = set.list()
  const kept = without.size === 0 && !request.activeOnly && !request.excludeNotForUI ? items
    : items.filter((item) => !without.has(item.system) && !(request.activeOnly && item.inactive) && !(request.excludeNotForUI && item.abstract))
  return request.filter?.trim() ? rank(kept.map(rowOf), request.filter) : kept
}

const toContains = (item: Item, request: ExpandRequest): ValueSetExpansionContains => {
  const display = displayIn(item, request.displayLanguage)
  const designation = request.includeDesignations || request.designation?.length ? designationsFor(item.designations, request.designation ?? []) : []
  return {
    system: item.system, ...(item.abstract && { abstract: true }), ...(item.inactive && { inactive: true }), ...(item.version !== undefined && { version: item.version }),
    code: item.code, ...(display !== undefined && { display }), ...(designation.length > 0 && { designation: designation.map((one) => ({ ...one })) }),
  }
}

/** Under its nearest parent that is in the set too. Circles and very deep trees come out flat. */
const nest = (items: readonly Item[], request: ExpandRequest): ValueSetExpansionContains[] => {
  const byEntry = new Map(items.flatMap((item) => (item.entry ? [[item.entry, item] as const] : [])))
  const placed = new Map<Item, { readonly node: ValueSetExpansionContains; readonly depth: number }>()
  const roots: ValueSetExpansionContains[] = []
  const parentOf = (item: Item): Item | undefined => item.entry?.parents.map((parent) => byEntry.get(parent)).find((parent) => parent !== undefined)
  for (const item of items) {
    const chain: Item[] = []
    for (let at: Item | undefined = item; at && !placed.has(at) && !chain.includes(at) && chain.length < DEEPEST_NEST; at = parentOf(at)) chain.push(at)
    for (const one of chain.reverse()) {
      const parent = parentOf(one)
      const above = parent && placed.get(parent)
      const node = toContains(one, request)
      if (above && above.depth < DEEPEST_NEST) (above.node.contains ??= []).push(node)
      else roots.push(node)
      placed.set(one, { node, depth: above && above.depth < DEEPEST_NEST ? above.depth + 1 : 1 })
    }
  }
  return roots
}

const parametersOf = (set: CompiledSet, request: ExpandRequest): ValueSetExpansionParameter[] => [
  ...(request.filter ? [{ name: 'filter', valueString: request.filter }] : []),
  ...(['offset', 'count'] as const).flatMap((name) => (request[name] === undefined ? [] : [{ name, valueInteger: request[name] }])),
  ...(['activeOnly', 'includeDesignations', 'includeDefinition', 'excludeNested', 'excludeNotForUI'] as const).flatMap((name) => (request[name] === undefined ? [] : [{ name, valueBoolean: request[name] }])),
  ...(request.displayLanguage ? [{ name: 'displayLanguage', valueCode: request.displayLanguage }] : []),
  ...(request.designation ?? []).map((valueString) => ({ name: 'designation', valueString })),
  ...(request.excludeSystem ?? []).map((valueUri) => ({ name: 'exclude-system', valueUri })),
  ...(request.on ? [{ name: 'date', valueDateTime: request.on }] : []),
  ...[...set.used].map((valueUri) => ({ name: 'version', valueUri })),
]

/** The value set with its codes; without its definition unless that is asked for. Throws too-costly when the answer would be too large: pages are asked for with count. */
export const expandInto = (valueSet: ValueSet, set: CompiledSet, request: ExpandRequest, made: { readonly identifier: string; readonly timestamp: string }): ValueSet => {
  const items = selected(set, request)
  const paged = request.offset !== undefined || request.count !== undefined
  const start = request.offset ?? 0
  const page = items.slice(start, start + Math.min(request.count ?? Infinity, paged ? MOST_EXPANDED : Infinity))
  if (page.length > MOST_EXPANDED) throw outcome('too-costly', { expression: 'count', diagnostics: `${items.length} codes, and one answer has at most ${MOST_EXPANDED}: ask for pages with count and offset, or filter.` })
  const nested = !request.excludeNested && !paged && !request.filter
  const contains = nested ? nest(page, request) : page.map((item) => toContains(item, request))
  const expansion: ValueSetExpansion = {
    ...(set.unclosed && { extension: [{ url: UNCLOSED, valueBoolean: true }] }),
    identifier: made.identifier, timestamp: made.timestamp, total: items.length, ...(paged && { offset: start }), parameter: parametersOf(set, request), ...(contains.length > 0 && { contains }),
  }
  const { compose, text: _text, expansion: _expansion, ...head } = valueSet
  return { ...head, ...(request.includeDefinition && compose && { compose }), expansion }
}
