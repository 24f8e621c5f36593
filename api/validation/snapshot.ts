/**
 * From a differential to a snapshot, for constraints on types that are known (http://hl7.org/fhir/R4/profiling.html#snapshot): each element of the differential is laid
 * over what the base says of it; what the base leaves to a type's own definition is unfolded, slices begin as copies of what they slice. Pure.
 */
import { Unusable } from './unusable.ts'
import { asArray, asString, isObject, keyed } from './untyped.ts'

/** Elements of the snapshot of a type or profile, by its canonical. */
export type SnapshotOf = (canonical: string) => readonly unknown[] | undefined

interface Entry { readonly id: string; readonly raw: Readonly<Record<string, unknown>> }

const BASE = 'http://hl7.org/fhir/StructureDefinition/'
/** Elements in one snapshot. */
export const MOST_ELEMENTS = 5_000
const DEEPEST = 30

export const buildSnapshot = (base: readonly unknown[], differential: readonly unknown[], snapshotOf: SnapshotOf): unknown[] => {
  const work = new Work(base.map(toEntry), snapshotOf)
  for (const [at, { id, raw }] of withIds(differential).entries()) {
    try {
      work.lay(id, raw)
    } catch (error) {
      throw error instanceof Unusable ? new Unusable(error.message, `differential.element[${at}]`, error.broken) : error
    }
  }
  return work.entries.map(({ id, raw }) => ({ ...raw, id }))
}

const toEntry = (raw: unknown): Entry => ({ id: asString(keyed(raw, 'id')), raw: isObject(raw) ? raw : {} })

/** An element without id gets the one that its path, its slice name and what stands before it say (http://hl7.org/fhir/R4/elementdefinition.html#id). */
export const withIds = (elements: readonly unknown[]): Entry[] => {
  const latest = new Map<string, string>()
  return elements.map((raw) => {
    const path = asString(keyed(raw, 'path')), slice = asString(keyed(raw, 'sliceName'))
    const cut = path.lastIndexOf('.')
    const parent = latest.get(path.slice(0, Math.max(cut, 0))) ?? path.slice(0, Math.max(cut, 0))
    const id = asString(keyed(raw, 'id')) || `${parent}${cut < 0 ? path : path.slice(cut)}${slice === '' ? '' : `:${slice}`}`
    latest.set(path, id)
    return { id, raw: isObject(raw) ? raw : {} }
  })
}

const splitId = (id: string): readonly [parent: string, name: string] => {
  const cut = id.lastIndexOf('.')
  return cut < 0 ? ['', id] : [id.slice(0, cut), id.slice(cut + 1)]
}
const isBelow = (id: string, above: string): boolean => id.startsWith(`${above}.`)
/** What follows an element in the list and belongs to it: its children, its slices and theirs. */
const belongsTo = (id: string, above: string): boolean => id === above || (id.startsWith(above) && ['.', ':', '/'].includes(id.charAt(above.length)))

/** The elements in order, and what is said of each. */
class Work {
  private readonly order: string[] = []
  private readonly raws = new Map<string, Entry['raw']>()
  /** Elements that have some below them. */
  private readonly parents = new Set<string>()
  private readonly base: readonly Entry[]
  private readonly snapshotOf: SnapshotOf
  constructor(base: readonly Entry[], snapshotOf: SnapshotOf) {
    this.base = base
    this.snapshotOf = snapshotOf
    this.insert(0, base)
  }

  get entries(): Entry[] {
    return this.order.map((id) => ({ id, raw: this.raws.get(id) ?? {} }))
  }

  lay(id: string, raw: Entry['raw']): void {
    const here = this.ensure(id, 0)
    this.raws.set(here, merge(this.raws.get(here) ?? {}, raw))
  }

  private insert(at: number, added: readonly Entry[]): void {
    if (this.order.length + added.length > MOST_ELEMENTS) throw new Unusable(`The snapshot would have more than ${MOST_ELEMENTS} elements`)
    this.order.splice(at, 0, ...added.map(({ id }) => id))
    for (const { id, raw } of added) {
      this.raws.set(id, raw)
      this.parents.add(splitId(id)[0])
    }
  }

  /** Id of the element, which is made when the base has it only implicitly. */
  private ensure(id: string, depth: number): string {
    if (this.raws.has(id)) return id
    const [parent, name] = splitId(id)
    if (depth > DEEPEST || parent === '') throw new Unusable(`There is no element ${id.slice(0, 200)}`)
    const holder = this.ensure(parent, depth + 1)
    const [plain = '', slice] = name.split(/:(.*)/s)
    if (slice !== undefined) return this.makeSlice(`${holder}.${plain}`, slice, depth)
    if (!this.parents.has(holder)) this.unfold(holder)
    return this.raws.has(`${holder}.${name}`) ? `${holder}.${name}` : this.ofChoice(holder, name, depth)
  }

  /** Observation.valueQuantity is short for the slice of value[x] with that type. */
  private ofChoice(holder: string, name: string, depth: number): string {
    const several = this.order.find((id) => isBelow(id, holder) && id.endsWith('[x]') && !id.slice(holder.length + 1).includes('.') && name.startsWith(id.slice(holder.length + 1, -3)))
    const types = several === undefined ? [] : typesOf(this.raws.get(several))
    if (several === undefined || !types.some((type) => name === several.slice(holder.length + 1, -3) + capital(type))) throw new Unusable(`There is no element ${holder}.${name}`.slice(0, 300))
    return this.raws.has(`${several}:${name}`) ? `${several}:${name}` : this.makeSlice(several, name, depth)
  }

  private makeSlice(sliced: string, slice: string, depth: number): string {
    const ancestor = slice.includes('/') ? `${sliced}:${slice.slice(0, slice.lastIndexOf('/'))}` : sliced
    const model = this.ensure(ancestor, depth + 1)
    const id = `${slice.includes('/') ? sliced : model}:${slice}`
    if (this.raws.has(id)) return id
    const from = this.order.indexOf(model)
    const copied: Entry[] = [{ id, raw: asSlice(this.raws.get(model) ?? {}, model, slice) }]
    for (let at = from + 1; isBelow(this.order[at] ?? '', model); at += 1) {
      const inner = this.order[at] ?? ''
      copied.push({ id: id + inner.slice(model.length), raw: this.raws.get(inner) ?? {} })
    }
    this.insert(this.order.findLastIndex((each) => belongsTo(each, model)) + 1, copied)
    return id
  }

  /** The children that the element's type, its profile or the content that it refers to has. */
  private unfold(id: string): void {
    const raw = this.raws.get(id)
    const reference = asString(keyed(raw, 'contentReference')).split('#').at(-1) ?? ''
    const [type, another] = asArray(keyed(raw, 'type'))
    if (reference === '' && (type === undefined || another !== undefined)) throw new Unusable(`${id} has ${type === undefined ? 'no type' : 'several types'}, so that nothing can be said of what is inside`)
    const [root, ...rest] = reference === '' ? this.ofType(type) : this.base.filter((entry) => entry.id === reference || isBelow(entry.id, reference))
    if (!root) throw new Unusable(`The definition of ${id} is not known here`, undefined, false)
    this.insert(this.order.indexOf(id) + 1, rest.map((entry) => ({ id: id + entry.id.slice(root.id.length), raw: entry.raw })))
  }

  private ofType(type: unknown): readonly Entry[] {
    const [profile] = asArray(keyed(type, 'profile')).map(asString)
    const elements = (profile === undefined ? undefined : this.snapshotOf(profile)) ?? this.snapshotOf(BASE + asString(keyed(type, 'code'))) ?? []
    return elements.map(toEntry)
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const typesOf = (raw: unknown): string[] => asArray(keyed(raw, 'type')).map((type) => asString(keyed(type, 'code')))

/** A slice need not occur, is not sliced itself, and of a choice has the type that it is named after. */
const asSlice = (raw: Entry['raw'], id: string, slice: string): Entry['raw'] => {
  const { slicing: _slicing, ...rest } = raw
  const own = id.endsWith('[x]') ? asArray(raw['type']).filter((type) => slice.endsWith(capital(asString(keyed(type, 'code'))))) : []
  return { ...withBase(rest), min: 0, ...(own.length > 0 && { type: [own.toSorted((one, other) => asString(keyed(other, 'code')).length - asString(keyed(one, 'code')).length)[0]] }) }
}

/** How often the type itself has it, which says whether it is an array. */
const withBase = (raw: Entry['raw']): Entry['raw'] => (raw['base'] === undefined && raw['max'] !== undefined ? { ...raw, base: { max: raw['max'] } } : raw)

const NOT_LAID: ReadonlySet<string> = new Set(['id', 'path', 'base', 'constraint'])

/** Rules are added, all else is replaced. */
const merge = (base: Entry['raw'], raw: Entry['raw']): Entry['raw'] => {
  const merged: Record<string, unknown> = { ...withBase(base) }
  for (const [name, value] of Object.entries(raw)) if (!NOT_LAID.has(name) && name !== '__proto__') merged[name] = value
  const constraint = [...asArray(base['constraint']), ...asArray(raw['constraint'])]
  return constraint.length > 0 ? { ...merged, constraint } : merged
}
