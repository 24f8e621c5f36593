/** What a part of a value set selects of one code system: all, some by filters, or the codes it names (http://hl7.org/fhir/R4/valueset.html#compositions). Pure but for the catalogue. */
import type { ValueSetComposeInclude, ValueSetComposeIncludeConcept } from '@medplum/fhirtypes'
import { outcome } from '../../model/outcome.ts'
import type { Designation } from '../../model/ports.ts'
import { tooCostly, type Base, type CompileContext, type Item } from './compiled.ts'
import { splitCanonical } from './description.ts'
import { compileFilter, type EntryTest } from './filters.ts'
import type { Grammar } from './grammars.ts'
import type { Meter } from './linear-regex.ts'
import { isInactive, type Entry, type SystemIndex } from './system-index.ts'

const tooStrange = (diagnostics: string): never => { throw outcome('filter-unsupported', { expression: 'ValueSet.compose.include.filter', diagnostics }) }

const versionFor = ({ versions }: CompileContext, system: string, named: string | undefined): string | undefined => {
  const of = (list: readonly string[] | undefined): string | undefined => list?.map(splitCanonical).find(({ url }) => url === system)?.version
  const forced = of(versions.force), checked = of(versions.check)
  if (forced !== undefined) return forced
  if (checked !== undefined && named !== undefined && named !== checked) throw outcome('code-system-unknown', { diagnostics: `${system}|${named} where ${checked} was asked for`.slice(0, 300) })
  return named ?? checked ?? of(versions.standard)
}

export const compileBase = async (context: CompileContext, system: string, clause: ValueSetComposeInclude, meter: Meter): Promise<Base> => {
  const grammar = context.grammars.get(system)
  if (grammar) return ofGrammar(grammar, clause)
  const version = versionFor(context, system, clause.version)
  const known = context.snapshot.find('CodeSystem', system, context.on, version)
  const index = known && await context.snapshot.index(known)
  if (index && index.content !== 'not-present') return ofSystem(context, index, clause, meter)
  if (!clause.concept?.length) throw outcome('code-system-unknown', { diagnostics: `${system}${version === undefined ? '' : `|${version}`}`.slice(0, 300) })
  return ofConcepts(clause.concept.map((concept) => toItem(system, version, concept)), version === undefined ? system : `${system}|${version}`)
}

export const toItem = (system: string, version: string | undefined, concept: ValueSetComposeIncludeConcept): Item => ({
  system, ...(version !== undefined && { version }), code: String(concept.code ?? ''), ...(concept.display !== undefined && { display: concept.display }), designations: designationsOf(concept), inactive: false, abstract: false,
})
const designationsOf = ({ designation }: ValueSetComposeIncludeConcept): Designation[] =>
  (designation ?? []).flatMap(({ language, use, value }) => (value === undefined ? [] : [{ ...(language !== undefined && { language }), ...(use !== undefined && { use }), value }]))

/** Codes that are taken as the value set lists them: their system is not here to ask. */
const ofConcepts = (items: readonly Item[], used: string): Base => {
  const byCode = new Map(items.map((item) => [item.code, item]))
  return {
    used, unclosed: false, list: () => items,
    find: (system, code) => {
      const item = byCode.get(code)
      return item && (system === undefined || system === item.system) ? item : undefined
    },
  }
}

const ofGrammar = (grammar: Grammar, clause: ValueSetComposeInclude): Base => {
  const filters = (clause.filter ?? []).map(({ property = '', op = '', value = '' }) => (op === '=' ? grammar.filter(property, value) : undefined)
    ?? tooStrange(`${grammar.name} cannot be filtered by ${property.slice(0, 60)} ${String(op).slice(0, 20)}`))
  const accepts = (code: string): boolean => grammar.accepts(code) && filters.every((passes) => passes(code))
  if (clause.concept?.length) return ofConcepts(clause.concept.filter(({ code }) => accepts(String(code ?? ''))).map((concept) => toItem(grammar.url, undefined, concept)), grammar.url)
  return {
    used: grammar.url, unclosed: false, list: () => undefined,
    find: (system, code) => ((system === undefined || system === grammar.url) && accepts(code) ? toItem(grammar.url, undefined, { code }) : undefined),
  }
}

const ofSystem = ({ on }: CompileContext, index: SystemIndex, clause: ValueSetComposeInclude, meter: Meter): Base => {
  const shared = { system: index.url, ...(index.version !== undefined && { version: index.version }), ...(index.language !== undefined && { language: index.language }) }
  const itemOf = (entry: Entry, concept?: ValueSetComposeIncludeConcept): Item => {
    const display = concept?.display ?? entry.display
    return { ...shared, code: entry.code, ...(display !== undefined && { display }), designations: concept?.designation ? [...designationsOf(concept), ...entry.designations] : entry.designations, inactive: isInactive(entry, on), abstract: entry.abstract, entry }
  }
  const used = index.version === undefined ? index.url : `${index.url}|${index.version}`
  const unclosed = index.content === 'fragment' || index.content === 'example'
  if (clause.concept?.length) {
    return {
      ...ofConcepts(clause.concept.flatMap((concept) => {
        const entry = index.find(String(concept.code ?? ''))
        return entry ? [itemOf(entry, concept)] : unclosed ? [toItem(index.url, index.version, concept)] : []
      }), used),
    }
  }
  const tests = (clause.filter ?? []).map((filter): EntryTest => compileFilter(index, filter, meter))
  const passes = (entry: Entry): boolean => tests.every((test) => test(entry))
  // the same objects each time: a row for matching is made once
  const items = new Map<Entry, Item>()
  const once = (entry: Entry): Item => {
    const item = items.get(entry) ?? itemOf(entry)
    items.set(entry, item)
    return item
  }
  return {
    used, unclosed,
    find(system, code) {
      const entry = system === undefined || system === index.url ? index.find(code) : undefined
      return entry && passes(entry) ? once(entry) : undefined
    },
    list() {
      meter.left -= index.entries.length * tests.length
      if (meter.left < 0) tooCostly('The filters of the value set take too much work.')
      return index.entries.filter(passes).map(once)
    },
  }
}
