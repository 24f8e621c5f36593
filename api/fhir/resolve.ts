/** The references of everything that is written together: urns and conditional references become relative ones, relative ones must lead somewhere; one query for all. */
import { JsonObject, arrayAt, parseJsonObject, stringAt, type JsonValue } from '../model/json.ts'
import { outcome, type Outcome } from '../model/outcome.ts'
import type { StoreTransaction } from '../model/ports.ts'
import type { ResourceKey } from '../model/resource.ts'
import { typeNumber } from '../search/resource-types.ts'
import { findOne, parseCondition, prefetchConditions, type Condition } from './conditions.ts'
import { ownAddress, toRelative } from './own-address.ts'
import { withIdentity } from './resource-body.ts'
import { isConditional, isElsewhere, parseRelative, referencesIn, rewriteReferences, type FoundReference } from './references.ts'

export interface ToResolve {
  readonly kind: 'create' | 'update' | 'delete'
  /** Final key: of the resource found when a condition found one. */
  readonly key: ResourceKey
  readonly resource?: JsonObject
  readonly fullUrl?: string
  readonly path: string
  /** False when a condition found another resource, so that nothing is written. */
  readonly writes: boolean
}

type KnownHead = Awaited<ReturnType<StoreTransaction['heads']>>[number]

export interface Resolution {
  /** Rewritten bodies with their ids, by "Type/id". */
  readonly bodies: ReadonlyMap<string, JsonObject>
  /** Of all targets of writes and references that were ever stored. */
  readonly heads: readonly KnownHead[]
  /** dangling-reference with every place that leads nowhere: thrown behind the policy, since whether an id exists is nothing to tell to who may not write there. */
  readonly lost?: Outcome
}

/** "Type/id" */
export const same = (key: ResourceKey): string => `${key.type}/${key.id}`
/** A stored Bundle or Parameters is a world of its own: references inside resolve inside. */
export const isWorld = (resource: JsonObject): boolean => resource.get('resourceType') === 'Bundle' || resource.get('resourceType') === 'Parameters'
export const isUrn = (reference: string): boolean => /^urn:(uuid|oid):/i.test(reference)
/** Resources that are rendered from rows of another kind when they are read. */
const RENDERED: ReadonlySet<string> = new Set(['AuditEvent'])

/** Whether a target counts as there for who refers to it; without it every current resource does. */
export type IsSeen = (key: ResourceKey) => Promise<boolean>

export interface ResolveOptions {
  /** Conditional references are allowed. */
  readonly conditions: boolean
  readonly isSeen?: IsSeen | undefined
  /** Addresses of this server itself: references by them are to what is here. */
  readonly bases?: readonly string[] | undefined
}

/** What leads nowhere is in `lost`, but for what the stored version says already: what it refers to may have been deleted since. Throws dangling-reference for a conditional reference, which only systems may use. */
export const resolveAll = async (tx: StoreTransaction, items: readonly ToResolve[], { conditions, isSeen, bases = [] }: ResolveOptions): Promise<Resolution> => {
  const addresses = new Map<string, string>()
  for (const { fullUrl, key } of items) if (fullUrl !== undefined) addresses.set(ownAddress(fullUrl, bases), same(key))
  const conditional = await resolveConditions(tx, items, conditions)
  const bodies = new Map<string, JsonObject>()
  const found: Found[] = []
  for (const item of items) {
    if (!item.writes || item.resource === undefined) continue
    if (isWorld(item.resource)) {
      bodies.set(same(item.key), withIdentity(item.resource, item.key))
      continue
    }
    const base = baseOfEntry(item.fullUrl)
    const rewritten = toRelative(rewriteReferences(item.resource, (address) => replacement(address, { addresses, conditional, base, bases })), bases)
    const body = withIdentity(rewritten instanceof JsonObject ? rewritten : item.resource, item.key)
    tx.prepare?.(body, item.key.type)
    bodies.set(same(item.key), body)
    found.push(...referencesIn(body, item.path).map((each) => ({ ...each, by: item })))
  }
  return { bodies, ...await findTargetHeads(tx, items, found, { isSeen, bases }) }
}

/** `by`: the item that refers. */
interface Found extends FoundReference { readonly by: ToResolve }

/** "http://a/fhir" of "http://a/fhir/Patient/1": relative references of that entry may mean its neighbours (http://hl7.org/fhir/R4/bundle.html#references). */
const baseOfEntry = (fullUrl: string | undefined): string | undefined => /^(https?:\/\/.+)\/[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(fullUrl ?? '')?.[1]

interface Places { readonly addresses: ReadonlyMap<string, string>; readonly conditional: ReadonlyMap<string, string>; readonly base: string | undefined; readonly bases: readonly string[] }

const replacement = (address: string, { addresses, conditional, base, bases }: Places): string | undefined => {
  const [plain = '', fragment] = address.split('#', 2)
  const at = (whole: string): string | undefined => addresses.get(ownAddress(whole, bases))
  const to = at(plain) ?? conditional.get(address) ?? (base === undefined || isElsewhere(plain) ? undefined : at(`${base}/${plain}`))
  return to === undefined ? undefined : fragment === undefined ? to : `${to}#${fragment}`
}

/** Each distinct `Type?search`: first among what the bundle itself writes (by identifier), then in the store. */
const resolveConditions = async (tx: StoreTransaction, items: readonly ToResolve[], allowed: boolean): Promise<Map<string, string>> => {
  const wanted = new Map<string, string>()
  for (const item of items) {
    if (!item.writes || item.resource === undefined || isWorld(item.resource)) continue
    for (const { reference, path } of referencesIn(item.resource, item.path)) if (isConditional(reference) && !wanted.has(reference)) wanted.set(reference, path)
  }
  const resolved = new Map<string, string>()
  const asked = new Map<string, Condition>()
  for (const [reference, path] of wanted) {
    if (!allowed) throw outcome('forbidden', { expression: path, diagnostics: 'Conditional references are for system clients.' })
    const type = reference.slice(0, reference.indexOf('?'))
    if (typeNumber(type) === undefined) throw outcome('dangling-reference', { expression: path, diagnostics: 'The type of a conditional reference is not of FHIR R4.' })
    asked.set(reference, parseCondition(type, reference, path))
  }
  const prefetched = await prefetchConditions(tx, [...asked.values()])
  for (const [reference, condition] of asked) {
    const { type, path } = condition
    const inside = items.filter((item) => item.key.type === type && item.kind !== 'delete' && hasIdentifier(item.resource, condition.parameters)).map((item) => same(item.key))
    const stored = await findOne(tx, condition, prefetched)
    const keys = new Set([...inside, ...(stored === undefined ? [] : [same(stored)])])
    const [key] = keys
    if (keys.size > 1) throw outcome('multiple-matches', { expression: path })
    if (key === undefined) throw outcome('dangling-reference', { expression: path, diagnostics: 'A conditional reference finds nothing.' })
    resolved.set(reference, key)
  }
  return resolved
}

/** Whether `identifier=system|value` alone is the condition and the resource carries it. */
const hasIdentifier = (resource: JsonObject | undefined, parameters: readonly (readonly [string, string])[]): boolean => {
  const [only, more] = parameters
  if (resource === undefined || only === undefined || more !== undefined || only[0] !== 'identifier') return false
  const bar = only[1].indexOf('|')
  const [system, value] = bar < 0 ? [undefined, only[1]] : [only[1].slice(0, bar), only[1].slice(bar + 1)]
  const identifiers: readonly JsonValue[] = resource.get('identifier') instanceof JsonObject ? [resource.get('identifier') ?? null] : arrayAt(resource, 'identifier')
  return identifiers.some((identifier) => stringAt(identifier, 'value') === value && (system === undefined || (stringAt(identifier, 'system') ?? '') === system))
}

/** One query for the targets of all writes and all references. */
const findTargetHeads = async (tx: StoreTransaction, items: readonly ToResolve[], found: readonly Found[], { isSeen, bases = [] }: Pick<ResolveOptions, 'isSeen' | 'bases'>): Promise<Pick<Resolution, 'heads' | 'lost'>> => {
  const targets = new Map<string, ResourceKey>()
  const wrong: Found[] = []
  for (const each of found) {
    if (isUrn(each.reference)) wrong.push(each)
    if (isElsewhere(each.reference)) continue
    const key = parseRelative(each.reference)
    if (key === undefined || typeNumber(key.type) === undefined) wrong.push(each)
    else if (!RENDERED.has(key.type)) targets.set(same(key), key)
  }
  const here = new Map(items.map((item) => [same(item.key), item.kind]))
  const asked = [...targets.values()].filter((key) => !here.has(same(key)))
  // what a condition found is asked for too: it may be a signed visit
  const written = items.filter((item) => !item.writes || item.kind !== 'create').map((item) => item.key)
  const heads = asked.length + written.length === 0 ? [] : await tx.heads([...asked, ...written])
  const alive = new Set(heads.filter((head) => !head.deleted).map(same))
  if (isSeen !== undefined) for (const key of asked) if (alive.has(same(key)) && !await isSeen(key)) alive.delete(same(key))
  const leadsNowhere = (reference: string): boolean => {
    const key = isElsewhere(reference) ? undefined : parseRelative(reference)
    if (key === undefined || typeNumber(key.type) === undefined || RENDERED.has(key.type)) return false
    const kind = here.get(same(key))
    return kind === undefined ? !alive.has(same(key)) : kind === 'delete'
  }
  const goes = (reference: string): boolean => { const key = parseRelative(reference); return key !== undefined && here.get(same(key)) === 'delete' }
  const gone = found.filter(({ reference }) => leadsNowhere(reference))
  const said = await saidBefore(tx, gone.filter(({ reference }) => !goes(reference)), bases)
  const lost = [...wrong, ...gone.filter((each) => !said.has(each))]
  if (lost.length === 0) return { heads }
  const issues = lost.slice(0, 100).map(({ path }) => ({ severity: 'error' as const, message: 'The reference points to nothing that exists.', expression: path }))
  return { heads, lost: outcome('dangling-reference', { diagnostics: `${lost.length} references point to nothing that exists.` }, issues) }
}

/** Those that the stored version of who refers has too. */
const saidBefore = async (tx: StoreTransaction, found: readonly Found[], bases: readonly string[]): Promise<ReadonlySet<Found>> => {
  const said = new Set<Found>()
  for (const [by, own] of Map.groupBy(found.filter((each) => each.by.kind === 'update'), (each) => each.by)) {
    const stored = await tx.read(by.key)
    if (stored === undefined || stored.deleted) continue
    const before = new Set(referencesIn(toRelative(parseJsonObject(stored.body), bases), by.path).map(({ reference }) => reference))
    for (const each of own) if (before.has(each.reference)) said.add(each)
  }
  return said
}
