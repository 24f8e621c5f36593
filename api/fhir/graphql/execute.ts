/**
 * Runs a query (https://spec.graphql.org/October2021/#sec-Execution) over resources as they are stored. What is at hand is answered at once; what has to be loaded waits until the
 * whole level is known, so that the loads of one level go together. Others have their turn in between.
 */
import type { GraphQLObjectType} from 'graphql';
import { isObjectType, type GraphQLNamedType } from 'graphql'
import { setImmediate } from 'node:timers/promises'
import type { FhirPath } from '../../model/fhirpath-port.ts'
import { JsonObject, stringAt, type JsonValue } from '../../model/json.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import type { ResourceKey } from '../../model/resource.ts'
import type { Prepared } from './document.ts'
import { FieldFailure } from './failure.ts'
import { writeSchema } from './introspect.ts'
import { chooseItems, textOf } from './items.ts'
import { LONGEST_ANSWER, LONGEST_MS, MOST_OBJECTS } from './limits.ts'
import type { Loader } from './load.ts'
import { OutObject, Written, type OutValue } from './output.ts'
import { createPlans, searchedType, type Planned, type Plans } from './plan.ts'
import { settleWaiting, type Waiting } from './waiting.ts'

export interface ExecuteDeps {
  readonly loader: Loader
  readonly fhirPath: FhirPath
  /** Absolute addresses of this server. */
  readonly bases: readonly string[]
}

/** Where fields are put, and what is around them. */
interface Place {
  readonly out: OutObject
  /** The resource that they stand in: what "#id" refers to. */
  readonly root: JsonObject | undefined
  /** A field above is flattened: what is missing is left out. */
  readonly collating: boolean
  /** A flattened field above repeats: values become lists. */
  readonly inherited: boolean
  readonly suffix: string
}

/** Items of which each waits for its turn. */
const MANY = 50
const TURN_MS = 15

/** The text of `data`. Throws Outcomes and FieldFailure. */
export const executeQuery = async (deps: ExecuteDeps, prepared: Prepared, source: JsonObject | undefined): Promise<string> => {
  const run = new Execution(deps, prepared)
  const out = new OutObject()
  run.fill(prepared.root, source ?? new JsonObject([], []), [prepared.operation.selectionSet], { out, root: source, collating: false, inherited: false, suffix: '' })
  await run.settle()
  return out.write()
}

class Execution {
  readonly #deps: ExecuteDeps
  readonly #prepared: Prepared
  readonly #plans: Plans
  readonly #end = performance.now() + LONGEST_MS
  #waiting: Waiting[] = []
  #objects = 0
  #characters = 0

  constructor(deps: ExecuteDeps, prepared: Prepared) {
    this.#deps = deps
    this.#prepared = prepared
    this.#plans = createPlans(prepared)
  }

  /** Level after level. */
  async settle(): Promise<void> {
    while (this.#waiting.length > 0) {
      const level = this.#waiting
      this.#waiting = []
      this.#requireTime()
      await settleWaiting(this.#deps, level)
      let turn = performance.now()
      for (const { done, planned } of level) {
        await at(planned, done)
        if (performance.now() - turn < TURN_MS) continue
        await setImmediate()
        turn = performance.now()
      }
    }
  }

  /** The fields of one object. */
  fill(type: GraphQLObjectType, source: unknown, selections: Planned['selections'], place: Place): void {
    this.#count()
    for (const planned of this.#plans(type, selections)) at(planned, () => this.#field(type, source, planned, place))
  }

  #field(type: GraphQLObjectType, source: unknown, planned: Planned, place: Place): void {
    if (planned.meaning === 'typename') return this.#leaves(planned, [type.name], place)
    if (planned.meaning === 'schema') return this.#schema(type, source, planned, place)
    const object = source instanceof JsonObject ? source : new JsonObject([], [])
    if (planned.meaning === 'element') return this.#element(object.get(planned.name), planned, place)
    if (!place.collating) place.out.reserve(planned.key + place.suffix)
    this.#wait(planned, type, object, place)
  }

  #wait(planned: Planned, holder: GraphQLObjectType, source: JsonObject, place: Place): void {
    const found = (items: readonly JsonObject[]): void => this.#objectsOf(planned, items, items.length === 0 && !planned.repeats, place)
    const wait = (load: Waiting['load']): void => { this.#waiting.push({ planned, load, done: () => { if (load.kind !== 'turn') found(load.found) } }) }
    const type = searchedType(planned)
    // nothing refers to what is contained in another resource
    const target = source === place.root ? keyOf(source) : undefined
    const reverse = holder.name !== 'Query'
    switch (planned.meaning) {
      case 'read': return wait({ kind: 'read', type: planned.name, id: textOf(typeof planned.args['id'] === 'string' ? planned.args['id'] : undefined), found: [] })
      case 'reference': return wait({ kind: 'reference', source, root: place.root, found: [] })
      case 'connection': return wait({ kind: 'connection', type, counted: this.#asks(planned, 'count'), reverse, target, found: [] })
      default: return wait({ kind: 'list', type, reverse, target, found: [] })
    }
  }

  #asks({ type, selections }: Planned, name: string): boolean {
    return isObjectType(type) && this.#plans(type, selections).some((each) => each.name === name)
  }

  #element(value: JsonValue | undefined, planned: Planned, place: Place): void {
    const items: readonly JsonValue[] = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
    if (planned.selections.length === 0) return this.#leaves(planned, value === undefined ? undefined : items, place)
    const objects = items.filter((item) => item instanceof JsonObject)
    const chosen = planned.repeats && planned.type !== undefined ? chooseItems(objects, planned.args, planned.type.name, this.#deps.fhirPath) : objects
    this.#objectsOf(planned, chosen, value === undefined || value === null, place)
  }

  /** Values without fields of their own; undefined: there is no such element. */
  #leaves(planned: Planned, items: readonly JsonValue[] | undefined, place: Place): void {
    const present = (items ?? []).filter((item) => !place.collating || item !== null)
    const values = planned.first ? present.slice(0, 1) : present
    for (const value of values) this.#spend(typeof value === 'string' ? value.length : 8)
    this.#put(planned, values, items === undefined, place, (value) => value)
  }

  #objectsOf(planned: Planned, items: readonly JsonObject[], missing: boolean, place: Place): void {
    const chosen = planned.first ? items.slice(0, 1) : items
    if (planned.flatten) return this.#flatten(planned, chosen, place)
    const later = chosen.length > MANY
    this.#put(planned, chosen, missing, place, (item) => {
      const out = new OutObject()
      const fill = (): void => this.#fillTyped(planned, item, { out, root: rootOf(planned, item, place), collating: false, inherited: false, suffix: '' })
      if (later) this.#waiting.push({ planned, load: { kind: 'turn' }, done: fill })
      else fill()
      return out
    })
  }

  #fillTyped(planned: Planned, item: JsonObject, place: Place): void {
    const type = this.#typeOf(planned.type, item)
    if (type !== undefined) this.fill(type, item, planned.selections, place)
  }

  #typeOf(type: GraphQLNamedType | undefined, item: JsonObject): GraphQLObjectType | undefined {
    if (isObjectType(type)) return type
    const found = this.#prepared.schema.getType(stringAt(item, 'resourceType') ?? '')
    return isObjectType(found) ? found : undefined
  }

  /** The fields of the items stand in the place of the field. */
  #flatten(planned: Planned, items: readonly JsonObject[], place: Place): void {
    const inherited = place.inherited || (planned.repeats && !planned.first)
    const suffixes = this.#suffixes(planned, items)
    for (const [index, item] of items.entries()) {
      this.#fillTyped(planned, item, { out: place.out, root: rootOf(planned, item, place), collating: true, inherited, suffix: place.suffix + (suffixes?.[index] ?? '') })
    }
  }

  /** Under the name of the field, or with @slice each under a name of its own. */
  #put<T extends JsonValue>(planned: Planned, items: readonly T[], missing: boolean, place: Place, make: (item: T) => OutValue): void {
    const type = planned.type?.name ?? ''
    const asList = !planned.singleton && (place.inherited || (planned.repeats && !planned.first))
    const suffixes = this.#suffixes(planned, items)
    if (suffixes !== undefined) {
      for (const [index, item] of items.entries()) place.out.add(planned.key + place.suffix + (suffixes[index] ?? ''), { type, asList, values: [make(item)] })
    } else if (!place.collating || items.length > 0) place.out.add(planned.key + place.suffix, { type, asList, values: items.map(make), missing })
  }

  #suffixes({ slice, type }: Planned, items: readonly JsonValue[]): readonly string[] | undefined {
    if (slice === undefined) return undefined
    return (slice === '$index' ? items.map((_item, index) => String(index)) : this.#deps.fhirPath.texts(slice, type?.name ?? '', items)).map((text) => `.${text}`)
  }

  /** The whole schema is more than ten million characters: it is written as it is asked. */
  #schema(type: GraphQLObjectType, source: unknown, planned: Planned, { out }: Place): void {
    out.reserve(planned.key)
    const count = (characters: number): void => {
      this.#count()
      this.#spend(characters)
    }
    const done = async (): Promise<void> => out.add(planned.key, { type: '', asList: false, values: [new Written(await writeSchema({ prepared: this.#prepared, plans: this.#plans, count }, type, source, planned))] })
    this.#waiting.push({ planned, load: { kind: 'turn' }, done })
  }

  #spend(characters: number): void {
    this.#characters += characters
    if (this.#characters > LONGEST_ANSWER) throw outcome('too-costly', { expression: 'query', diagnostics: `An answer has at most ${LONGEST_ANSWER} characters.` })
  }

  #count(): void {
    this.#objects += 1
    if (this.#objects > MOST_OBJECTS) throw outcome('too-costly', { expression: 'query', diagnostics: `An answer has at most ${MOST_OBJECTS} objects.` })
    if (this.#objects % 1000 === 0) this.#requireTime()
  }

  #requireTime(): void {
    if (performance.now() > this.#end) throw outcome('too-costly', { expression: 'query', diagnostics: `A query has ${LONGEST_MS / 1000} seconds.` })
  }
}

/** A resource is where its own contained ones are looked for; one that is contained stands in another. */
const rootOf = ({ name, type }: Planned, item: JsonObject, { root }: Place): JsonObject | undefined =>
  (name !== 'contained' && (type?.name === 'Resource' || item.has('resourceType')) ? item : root)

const keyOf = (source: JsonObject): ResourceKey | undefined => {
  const [type, id] = [stringAt(source, 'resourceType'), stringAt(source, 'id')]
  return type === undefined || id === undefined ? undefined : { type, id }
}

/** What fails, fails at a field of the query. */
const at = <T>({ nodes }: Planned, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Outcome)) throw error
    const { line = 1, column = 1 } = nodes[0]?.loc?.startToken ?? {}
    throw new FieldFailure(error, line, column)
  }
}
