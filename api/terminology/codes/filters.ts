/** The filters of a value set's definition (http://hl7.org/fhir/R4/valueset-filter-operator.html), each as a test of one code. Pure. */
import type { ValueSetComposeIncludeFilter } from '@medplum/fhirtypes'
import { outcome } from '../../model/outcome.ts'
import { compileRegex, type Meter } from './linear-regex.ts'
import { isBelow, walk, type Entry, type SystemIndex } from './system-index.ts'

export type EntryTest = (entry: Entry) => boolean

/** Properties that are the code itself. */
const CONCEPT: ReadonlySet<string> = new Set(['concept', 'code'])

const refuse = (filter: ValueSetComposeIncludeFilter, why: string): never => {
  throw outcome('filter-unsupported', { expression: 'ValueSet.compose.include.filter', diagnostics: `${String(filter.property).slice(0, 60)} ${String(filter.op).slice(0, 20)}: ${why}` })
}

const textOf = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value)
  const code: unknown = 'code' in value ? value.code : undefined
  return typeof code === 'string' ? code : ''
}

/** The values of a property of a code, as text. */
const valuesOf = (entry: Entry, property: string): string[] => {
  if (CONCEPT.has(property)) return [entry.code]
  if (property === 'display') return entry.display === undefined ? [] : [entry.display]
  if (property === 'definition') return entry.definition === undefined ? [] : [entry.definition]
  const own = entry.properties.filter(({ code }) => code === property).map(({ value }) => textOf(value))
  if (property === 'parent') return [...new Set([...own, ...entry.parents.map(({ code }) => code)])]
  if (property === 'child') return [...new Set([...own, ...entry.children.map(({ code }) => code)])]
  return own
}

const below = (index: SystemIndex, code: string, itself: boolean): EntryTest => {
  const above = index.find(code)
  if (!above) return () => false
  const inside = new Set(walk(above, 'children'))
  return (entry) => inside.has(entry) && (itself || entry !== above)
}

/** Throws filter-unsupported for what cannot be judged: nothing is left out or let in by silence. */
export const compileFilter = (index: SystemIndex, filter: ValueSetComposeIncludeFilter, meter: Meter): EntryTest => {
  const property = filter.property ?? '', value = filter.value ?? ''
  const list = new Set(value.split(',').map((item) => item.trim()))
  switch (filter.op) {
    case 'is-a': return below(index, value, true)
    case 'descendent-of': return below(index, value, false)
    case 'is-not-a': {
      const inside = below(index, value, true)
      return (entry) => !inside(entry)
    }
    case 'generalizes': {
      const under = index.find(value)
      return under ? (entry) => isBelow(under, entry) : () => false
    }
    case '=': return (entry) => valuesOf(entry, property).includes(value)
    case 'in': return (entry) => valuesOf(entry, property).some((item) => list.has(item))
    case 'not-in': return (entry) => !valuesOf(entry, property).some((item) => list.has(item))
    case 'exists': {
      if (value !== 'true' && value !== 'false') return refuse(filter, 'the value is true or false')
      return (entry) => (valuesOf(entry, property).length > 0) === (value === 'true')
    }
    case 'regex': {
      const matches = compileRegex(value, meter) ?? refuse(filter, 'this pattern is not supported')
      return (entry) => valuesOf(entry, property).some(matches)
    }
    default: return refuse(filter, 'no such operator')
  }
}
