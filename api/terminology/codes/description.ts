/** What is kept in memory of every code system, value set and concept map: enough to find it by its canonical. Pure. */
import type { TerminologyType } from '../../model/ports.ts'

export interface Description {
  readonly type: TerminologyType
  readonly id: string
  readonly url: string
  readonly version?: string
  readonly status: string
  /** First and last day (http://hl7.org/fhir/R4/extension-resource-effectiveperiod.html). */
  readonly from?: string
  readonly to?: string
  /** Of a code system: complete, fragment, supplement … */
  readonly content?: string
  /** Canonical of the code system that this one supplements. */
  readonly supplements?: string
  /** Canonical of the value set of all codes. */
  readonly all?: string
  /** Of a concept map: the value sets it is from and to. */
  readonly source?: string
  readonly target?: string
}

const EFFECTIVE = 'http://hl7.org/fhir/StructureDefinition/resource-effectivePeriod'
const TYPES: ReadonlySet<string> = new Set<TerminologyType>(['CodeSystem', 'ValueSet', 'ConceptMap'])
const isType = (type: unknown): type is TerminologyType => typeof type === 'string' && TYPES.has(type)

const member = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined)
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const listOf = (value: unknown): readonly unknown[] => (isList(value) ? value : [])
const text = (value: unknown, name: string): string | undefined => {
  const found = member(value, name)
  return typeof found === 'string' && found !== '' ? found : undefined
}

type Optional = { -readonly [K in Exclude<keyof Description, 'type' | 'id' | 'url' | 'status'>]?: string }

/** undefined: nothing that has a canonical. */
export const describe = (resource: unknown): Description | undefined => {
  const type = member(resource, 'resourceType'), id = text(resource, 'id')
  if (!isType(type) || id === undefined) return undefined
  const extensions = member(resource, 'extension')
  const period = member(listOf(extensions).find((extension) => member(extension, 'url') === EFFECTIVE), 'valuePeriod')
  const optional: Optional = {}
  const add = (name: keyof Optional, value: string | undefined): void => { if (value !== undefined) optional[name] = value }
  for (const name of ['version', 'content', 'supplements'] as const) add(name, text(resource, name))
  add('from', text(period, 'start')?.slice(0, 10))
  add('to', text(period, 'end')?.slice(0, 10))
  add('all', text(resource, 'valueSet'))
  add('source', text(resource, 'sourceUri') ?? text(resource, 'sourceCanonical'))
  add('target', text(resource, 'targetUri') ?? text(resource, 'targetCanonical'))
  return { type, id, url: text(resource, 'url') ?? '', status: text(resource, 'status') ?? 'unknown', ...optional }
}

/** "url|version" -> its parts; a fragment is no part of either. */
export const splitCanonical = (canonical: string): { readonly url: string; readonly version?: string } => {
  const at = canonical.indexOf('|')
  const url = (at < 0 ? canonical : canonical.slice(0, at)).replace(/#.*$/, '')
  const version = at < 0 ? '' : canonical.slice(at + 1)
  return version === '' ? { url } : { url, version }
}

/** 1.10 after 1.9, 2026-02 after 2026-01: numbers as numbers, else by letter. */
export const compareVersions = (one = '', other = ''): number => {
  const [left, right] = [one, other].map((version) => version.split(/[.\-_]/))
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const [a = '', b = ''] = [left?.[at], right?.[at]]
    const order = /^\d{1,15}$/.test(a) && /^\d{1,15}$/.test(b) ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0
    if (order !== 0) return order
  }
  return 0
}

const RANK: Readonly<Record<string, number>> = { active: 3, draft: 2, unknown: 1, retired: 0 }

/** Of several versions the one asked for; else one in force on the day, active before draft, the newest. */
export const choose = <D extends Description>(candidates: readonly D[], on: string, version?: string): D | undefined => {
  if (version !== undefined) return candidates.find((candidate) => candidate.version === version)
  const inForce = candidates.filter(({ from = '', to = '9999-12-31' }) => from <= on && on <= to)
  return (inForce.length > 0 ? inForce : candidates).toSorted((one, other) =>
    (RANK[other.status] ?? 1) - (RANK[one.status] ?? 1) || (other.from ?? '').localeCompare(one.from ?? '') || compareVersions(other.version, one.version) || (one.id < other.id ? -1 : 1))[0]
}
