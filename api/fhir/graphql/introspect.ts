/** What the schema tells of itself (https://spec.graphql.org/October2021/#sec-Introspection), as the library resolves it, written at once: one answer may hold a thousand types. */
import { isObjectType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql'
import { setImmediate } from 'node:timers/promises'
import type { Prepared } from './document.ts'
import type { Planned, Plans } from './plan.ts'

export interface Describing {
  readonly prepared: Prepared
  readonly plans: Plans
  /** Counts an object, and about so many characters. Throws too-costly. */
  readonly count: (characters: number) => void
}

const TURN_MS = 15

const nothing = (): undefined => undefined
const unused = (): never => { throw new Error('Introspection waits for nothing.') }

/** JSON text of a field. Others have their turn between the items of a list. */
export const writeSchema = async (describing: Describing, type: GraphQLObjectType, source: unknown, planned: Planned): Promise<string> => {
  const value = resolve(describing.prepared, type, source, planned)
  if (!isObjectType(planned.type) || value === null || value === undefined) return writeNow(describing, type, source, planned)
  const object = planned.type
  const parts: string[] = []
  if (Array.isArray(value)) {
    let turn = performance.now()
    for (const item of value) {
      parts.push(writeObject(describing, object, item, planned.selections))
      if (performance.now() - turn < TURN_MS) continue
      await setImmediate()
      turn = performance.now()
    }
    return `[${parts.join(',')}]`
  }
  for (const each of describing.plans(object, planned.selections)) parts.push(`${JSON.stringify(each.key)}:${await writeSchema(describing, object, value, each)}`)
  return `{${parts.join(',')}}`
}

const writeNow = (describing: Describing, type: GraphQLObjectType, source: unknown, planned: Planned): string => {
  if (planned.meaning === 'typename') return JSON.stringify(type.name)
  const value = resolve(describing.prepared, type, source, planned)
  if (value === null || value === undefined) return 'null'
  const { type: object, selections } = planned
  if (!isObjectType(object)) return JSON.stringify(value)
  return Array.isArray(value) ? `[${value.map((item: unknown) => writeObject(describing, object, item, selections)).join(',')}]` : writeObject(describing, object, value, selections)
}

const writeObject = (describing: Describing, type: GraphQLObjectType, source: unknown, selections: Planned['selections']): string => {
  const plans = describing.plans(type, selections)
  // most of the text are the names of fields
  describing.count(plans.length * 16)
  return `{${plans.map((each) => `${JSON.stringify(each.key)}:${writeNow(describing, type, source, each)}`).join(',')}}`
}

const known = new WeakMap<Planned, GraphQLResolveInfo>()

const resolve = (prepared: Prepared, type: GraphQLObjectType, source: unknown, planned: Planned): unknown => {
  const { name, field, nodes, args } = planned
  if (field?.resolve === undefined) return undefined
  const info = known.get(planned) ?? infoOf(prepared, type, name, field.type, nodes)
  known.set(planned, info)
  return field.resolve(source, args, undefined, info)
}

const infoOf = ({ schema, operation, fragments, variables }: Prepared, parentType: GraphQLObjectType, fieldName: string, returnType: GraphQLResolveInfo['returnType'], fieldNodes: Planned['nodes']): GraphQLResolveInfo => ({
  fieldName, fieldNodes, returnType, parentType, path: { prev: undefined, key: fieldName, typename: parentType.name }, schema, fragments: Object.fromEntries(fragments),
  rootValue: undefined, operation, variableValues: variables, getAbortSignal: nothing, getAsyncHelpers: unused,
})
