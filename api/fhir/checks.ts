/** What a resource must pass before it is stored: structure and profiles (Validator port), and codes of dated lists on the day of the event (Terminology port). */
import { codingKey, datedCodings, type DatedCoding } from '../model/dated-codings.ts'
import { parseJsonObject, stringAt, toPlain, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock, DefinitionMemory, Finding, ResourceStore, Terminology, ValidateOptions, Validator } from '../model/ports.ts'
import type { ResourceKey, Tenant } from '../model/resource.ts'
import { eventDay, visitReference } from './event-day.ts'
import { parseRelative } from './references.ts'

export interface ToCheck {
  readonly resource: JsonObject
  /** Where the resource stands in the input. */
  readonly path: string
  /** Where it will be stored; what the resource itself says when left out. */
  readonly key?: ResourceKey
  /** Address by which the others refer to it. */
  readonly fullUrl?: string
  /** Profiles that it has to fulfil, beside those that it claims. */
  readonly profiles?: readonly string[]
  /** Follows references to stored targets. */
  readonly load?: ValidateOptions['load']
}

export interface Checks {
  /** Throws invalid-resource or code-invalid with every place that is wrong. Give everything that is written together: the day of a visit may stand in its Encounter. */
  require(items: readonly ToCheck[]): Promise<void>
  /** The same findings without throwing, warnings too. */
  find(items: readonly ToCheck[]): Promise<Finding[]>
}

export interface ChecksDeps {
  readonly validator: Validator
  readonly terminology: Terminology
  readonly store: Pick<ResourceStore, 'read'>
  readonly tenant: Tenant
  readonly clock: Clock
  readonly timeZone: string
}

const MAX_ISSUES = 100
/** Milliseconds of validating before others have a turn. */
const TURN_MS = 20

const keyOf = ({ key, resource }: ToCheck): ResourceKey => key ?? { type: stringAt(resource, 'resourceType') ?? '', id: stringAt(resource, 'id') ?? '' }
const isError = (finding: Finding): boolean => finding.severity === 'error'

export const createChecks = (deps: ChecksDeps): Checks => {
  const own: Caller = { actor: { kind: 'internal', tenant: deps.tenant, name: 'checks' }, visibility: { kind: 'all' }, purpose: 'HOPERAT' }
  const structure = ({ resource, path, profiles, load }: ToCheck, memory: DefinitionMemory, advice = false): Promise<Finding[]> => deps.validator.validateInTurns(toPlain(resource), { path, advice, memory, ...(profiles && { profiles }), ...(load && { load }) })
  const readStored = async (key: ResourceKey): Promise<JsonObject | undefined> => {
    const stored = key.id === '' ? undefined : await deps.store.read(own, key)
    return stored === undefined || stored.deleted ? undefined : parseJsonObject(stored.body)
  }

  /** The Encounter that a reference leads to: one that is written together with it, or a stored one. Each is read once. */
  const visitsAmong = (items: readonly ToCheck[]): ((reference: string) => Promise<JsonObject | undefined>) => {
    const known = new Map<string, Promise<JsonObject | undefined>>()
    for (const item of items) {
      const { type, id } = keyOf(item)
      if (type !== 'Encounter') continue
      for (const address of [`${type}/${id}`, item.fullUrl]) if (address !== undefined) known.set(address, Promise.resolve(item.resource))
    }
    return (reference) => {
      const key = parseRelative(reference)
      const found = known.get(reference) ?? (key?.type === 'Encounter' ? readStored(key) : Promise.resolve(undefined))
      known.set(reference, found)
      return found
    }
  }

  /** A code that stands in the stored version was right when it was written: a list that is renewed since does not close the resource. */
  const isStored = async (item: ToCheck, coding: DatedCoding): Promise<boolean> => {
    const stored = await readStored(keyOf(item))
    return stored !== undefined && datedCodings(stored, item.path).some((before) => codingKey(before) === codingKey(coding))
  }

  /** One question for each day: a bundle of one visit asks once. */
  const codes = async (items: readonly ToCheck[]): Promise<Finding[]> => {
    const visitOf = visitsAmong(items)
    const byDay = new Map<string, DatedCoding[]>()
    const places = new Map<string, { readonly item: ToCheck; readonly coding: DatedCoding }>()
    for (const item of items) {
      const codings = datedCodings(item.resource, item.path)
      if (codings.length === 0) continue
      const visit = visitReference(item.resource)
      const day = eventDay(item.resource, deps.clock.now(), deps.timeZone, visit === undefined ? undefined : await visitOf(visit))
      const sameDay = byDay.get(day) ?? []
      byDay.set(day, sameDay)
      for (const coding of codings) {
        sameDay.push(coding)
        places.set(coding.expression, { item, coding })
      }
    }
    const found: Finding[] = []
    for (const [day, codings] of byDay) {
      for (const finding of await deps.terminology.check(codings, day)) {
        const place = places.get(finding.expression)
        if (place === undefined || !(await isStored(place.item, place.coding))) found.push(finding)
      }
    }
    return found
  }

  return {
    async require(items) {
      const wrong: Finding[] = []
      const memory: DefinitionMemory = new Map()
      let since = performance.now()
      for (const item of items) {
        // A long bundle lets other requests in between.
        if (performance.now() - since > TURN_MS) {
          await new Promise((resolve) => setImmediate(resolve))
          since = performance.now()
        }
        wrong.push(...(await structure(item, memory)).filter(isError))
        if (wrong.length >= MAX_ISSUES) break
      }
      if (wrong.length > 0) throw outcome('invalid-resource', { diagnostics: `${wrong.length} errors` }, wrong.slice(0, MAX_ISSUES))
      const bad = (await codes(items)).filter(isError)
      if (bad.length > 0) throw outcome('code-invalid', { diagnostics: `${bad.length} errors` }, bad.slice(0, MAX_ISSUES))
    },
    async find(items) {
      const memory: DefinitionMemory = new Map()
      return [...(await Promise.all(items.map((item) => structure(item, memory, true)))).flat(), ...await codes(items)]
    },
  }
}
