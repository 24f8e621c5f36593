/**
 * A value set's definition made into two questions, "is this code in it" and "which are they" (http://hl7.org/fhir/R4/valueset.html#compositions). The first needs no
 * listing, so that it serves grammars and sets of any size; what a definition costs is metered, and what refers to itself is refused.
 */
import type { ValueSet, ValueSetComposeInclude, ValueSetExpansionContains } from '@medplum/fhirtypes'
import { outcome } from '../../model/outcome.ts'
import { tooCostly, type Clause, type CompileContext, type CompiledSet, type Item } from './compiled.ts'
import { splitCanonical } from './description.ts'
import type { Meter } from './linear-regex.ts'
import { compileBase, toItem } from './selection.ts'

/** Codes that are visited to list one value set, those of its parts included. */
const MOST_VISITED = 500_000
const MOST_STEPS = 2_000_000
const MOST_PARTS = 5_000
const DEEPEST = 20

/** `above`: canonicals that are being compiled around this one. */
export const compileValueSet = async (context: CompileContext, valueSet: ValueSet, above: readonly string[] = []): Promise<CompiledSet> => {
  if (!valueSet.compose) return fromExpansion(valueSet)
  const meter: Meter = { left: MOST_STEPS }
  const on = valueSet.compose.lockedDate ?? context.on
  const within = { ...context, on }
  const includes = valueSet.compose.include ?? [], excludes = valueSet.compose.exclude ?? []
  const compiled: Compiled[] = []
  let parts = 0
  for (const clause of [...includes, ...excludes]) {
    const part = await compileClause(within, clause, above, meter)
    compiled.push(part)
    parts += part.parts
    // what names the same twice at each of twenty levels would be asked a million times
    if (parts > MOST_PARTS) tooCostly(`More than ${MOST_PARTS} parts, those of the value sets inside included`)
  }
  const inside = compiled.slice(0, includes.length), outside = compiled.slice(includes.length)
  const activeOnly = valueSet.compose.inactive === false
  const kept = (item: Item | undefined): item is Item => item !== undefined && !(activeOnly && item.inactive) && !outside.some((clause) => clause.find(item.system, item.code))
  return {
    parts, used: new Set(compiled.flatMap(({ used }) => [...used])), unclosed: inside.some(({ unclosed }) => unclosed),
    find(system, code) {
      meter.left = MOST_STEPS
      for (const clause of inside) {
        const item = clause.find(system, code)
        if (kept(item)) return item
      }
      return undefined
    },
    list() {
      meter.left = MOST_STEPS
      const found = new Map<string, Item>()
      let visited = 0
      for (const clause of inside) {
        const items = clause.list() ?? tooCostly('A part of the value set is a grammar: its codes cannot be listed.')
        visited += items.length
        if (visited > MOST_VISITED) tooCostly(`More than ${MOST_VISITED} codes would have to be looked at.`)
        for (const item of items) {
          const key = `${item.system}|${item.code}`
          if (!found.has(key) && kept(item)) found.set(key, item)
        }
      }
      return [...found.values()]
    },
  }
}

interface Compiled extends Clause { readonly used: ReadonlySet<string>; readonly unclosed: boolean; readonly parts: number }

/** What is in the system's selection and in every value set named. */
const compileClause = async (context: CompileContext, clause: ValueSetComposeInclude, above: readonly string[], meter: Meter): Promise<Compiled> => {
  const sets: CompiledSet[] = []
  for (const canonical of clause.valueSet ?? []) sets.push(await compileNamed(context, canonical, above))
  const base = clause.system === undefined ? undefined : await compileBase(context, clause.system, clause, meter)
  const [first] = sets
  if (!base && !first) throw outcome('filter-unsupported', { expression: 'ValueSet.compose.include', diagnostics: 'A part names neither a code system nor a value set.' })
  const inSets = (item: Item): boolean => sets.every((set) => set.find(item.system, item.code))
  return {
    parts: sets.reduce((sum, set) => sum + set.parts, 1),
    used: new Set([...(base ? [base.used] : []), ...sets.flatMap(({ used }) => [...used])]), unclosed: base?.unclosed === true || sets.some(({ unclosed }) => unclosed),
    find(system, code) {
      const item = base ? base.find(system, code) : first?.find(system, code)
      return item && inSets(item) ? item : undefined
    },
    list() {
      const items = base?.list()
      if (items) return sets.length === 0 ? items : items.filter(inSets)
      return first?.list().flatMap((item) => {
        const own = base ? base.find(item.system, item.code) : item
        return own && inSets(own) ? [own] : []
      })
    },
  }
}

const compileNamed = async (context: CompileContext, canonical: string, above: readonly string[]): Promise<CompiledSet> => {
  const { url } = splitCanonical(canonical)
  if (above.includes(url)) throw outcome('value-set-cycle', { diagnostics: [...above, url].join(' > ').slice(0, 500) })
  if (above.length >= DEEPEST) throw outcome('too-costly', { diagnostics: `Value sets in value sets, deeper than ${DEEPEST}` })
  const found = await findCompiled(context, canonical, [...above, url])
  if (!found) throw outcome('value-set-unknown', { diagnostics: canonical.slice(0, 300) })
  return found
}

/** A value set by its canonical; also the one of all codes of a system, which has no resource. undefined: unknown. */
export const findCompiled = async (context: CompileContext, canonical: string, above: readonly string[], version?: string): Promise<CompiledSet | undefined> => {
  const { snapshot, on } = context
  const known = snapshot.find('ValueSet', canonical, on, version)
  if (known) return context.remember(known, on, async () => compileValueSet(context, await snapshot.load({ ...known, type: 'ValueSet' }), above))
  const { url } = splitCanonical(canonical)
  const system = snapshot.all('CodeSystem').find(({ all }) => all !== undefined && splitCanonical(all).url === url)?.url ?? allOf(url)
  if (system === undefined) return undefined
  const whole = (): Promise<CompiledSet> => compileValueSet(context, { resourceType: 'ValueSet', status: 'active', compose: { include: [{ system }] } }, above)
  if (context.grammars.has(system)) return whole()
  const listed = snapshot.find('CodeSystem', system, on)
  return listed && context.remember(listed, on, whole)
}

/** The value set of all codes of a system, as http://hl7.org/fhir/R4/terminologies-systems.html names it. */
const allOf = (url: string): string | undefined => (url.endsWith('?fhir_vs') ? url.slice(0, -'?fhir_vs'.length) : url.endsWith('/vs') ? url.slice(0, -'/vs'.length) : undefined)

// ---------------------------------------------------------------- a value set that only has its codes

const fromExpansion = (valueSet: ValueSet): CompiledSet => {
  const flat = (contains: readonly ValueSetExpansionContains[] | undefined): ValueSetExpansionContains[] => (contains ?? []).flatMap((one) => [one, ...flat(one.contains)])
  const items = flat(valueSet.expansion?.contains).flatMap(({ system, version, code, display, designation, inactive, abstract }): Item[] => (system === undefined || code === undefined ? [] : [{
    ...toItem(system, version, { code, ...(display !== undefined && { display }), ...(designation !== undefined && { designation }) }), inactive: inactive === true, abstract: abstract === true,
  }]))
  const bySystem = new Map(items.map((item) => [`${item.system}|${item.code}`, item]))
  return {
    parts: 1, used: new Set(items.map(({ system }) => system)), unclosed: false, list: () => items,
    find: (system, code) => (system === undefined ? items.find((item) => item.code === code) : bySystem.get(`${system}|${code}`)),
  }
}
