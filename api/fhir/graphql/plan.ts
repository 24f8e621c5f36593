/** Which fields of an object are asked for: fragments that fit its type, without what @skip and @include leave out, fields of one name together (https://spec.graphql.org/October2021/#CollectFields()). */
import {
  GraphQLIncludeDirective, GraphQLSkipDirective, Kind, SchemaMetaFieldDef, TypeMetaFieldDef, getArgumentValues, getDirectiveValues, getNamedType, getNullableType, isAbstractType, isListType,
  type FieldNode, type GraphQLDirective, type GraphQLField, type GraphQLNamedType, type GraphQLObjectType, type SelectionSetNode,
} from 'graphql'
import { typeNumber } from '../../search/resource-types.ts'
import type { Prepared } from './document.ts'

/** What a field is: an element, something to load, or about the schema itself. */
export type Meaning = 'typename' | 'schema' | 'element' | 'reference' | 'read' | 'list' | 'connection'

export interface Planned {
  readonly meaning: Meaning
  /** In the answer. */
  readonly key: string
  readonly name: string
  readonly field: GraphQLField<unknown, unknown> | undefined
  readonly type: GraphQLNamedType | undefined
  readonly repeats: boolean
  readonly args: Readonly<Record<string, unknown>>
  readonly nodes: readonly FieldNode[]
  readonly selections: readonly SelectionSetNode[]
  readonly flatten: boolean
  readonly first: boolean
  readonly singleton: boolean
  /** FHIRPath of @slice. */
  readonly slice: string | undefined
}

export type Plans = (type: GraphQLObjectType, selections: readonly SelectionSetNode[]) => readonly Planned[]

/** Each selection is planned once for each type that it meets. */
export const createPlans = (prepared: Prepared): Plans => {
  const known = new WeakMap<readonly SelectionSetNode[], Map<GraphQLObjectType, readonly Planned[]>>()
  return (type, selections) => {
    const byType = known.get(selections) ?? new Map<GraphQLObjectType, readonly Planned[]>()
    known.set(selections, byType)
    const before = byType.get(type)
    if (before !== undefined) return before
    const found = new Map<string, FieldNode[]>()
    const visited = new Set<string>()
    for (const selection of selections) collect(prepared, type, selection, found, visited)
    const plans = [...found].map(([key, nodes]) => planField(prepared, type, key, nodes))
    byType.set(type, plans)
    return plans
  }
}

const collect = (prepared: Prepared, type: GraphQLObjectType, { selections }: SelectionSetNode, found: Map<string, FieldNode[]>, visited: Set<string>): void => {
  for (const selection of selections) {
    if (getDirectiveValues(GraphQLSkipDirective, selection, prepared.variables)?.['if'] === true || getDirectiveValues(GraphQLIncludeDirective, selection, prepared.variables)?.['if'] === false) continue
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value
      const same = found.get(key)
      if (same === undefined) found.set(key, [selection])
      else same.push(selection)
      continue
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : prepared.fragments.get(selection.name.value)
    if (fragment === undefined || (selection.kind === Kind.FRAGMENT_SPREAD && visited.has(selection.name.value))) continue
    if (selection.kind === Kind.FRAGMENT_SPREAD) visited.add(selection.name.value)
    if (fits(prepared, type, fragment.typeCondition?.name.value)) collect(prepared, type, fragment.selectionSet, found, visited)
  }
}

const fits = ({ schema }: Prepared, type: GraphQLObjectType, wanted: string | undefined): boolean => {
  if (wanted === undefined || wanted === type.name) return true
  const condition = schema.getType(wanted)
  return condition !== undefined && isAbstractType(condition) && schema.isSubType(condition, type)
}

const planField = ({ schema, variables }: Prepared, type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Planned => {
  const [node] = nodes
  const name = node?.name.value ?? ''
  const field = name === '__schema' ? SchemaMetaFieldDef : name === '__type' ? TypeMetaFieldDef : type.getFields()[name]
  const directive = (wanted: string): Record<string, unknown> | undefined => {
    const known: GraphQLDirective | undefined = schema.getDirective(wanted) ?? undefined
    const holder = known === undefined ? undefined : nodes.find(({ directives = [] }) => directives.some((each) => each.name.value === wanted))
    return known === undefined || holder === undefined ? undefined : getDirectiveValues(known, holder, variables)
  }
  const slice = directive('slice')?.['path']
  return {
    meaning: meaningOf(type, name), key, name, field, nodes,
    type: field && getNamedType(field.type), repeats: field !== undefined && isListType(getNullableType(field.type)),
    args: field && node ? getArgumentValues(field, node, variables) : {},
    selections: nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet])),
    flatten: directive('flatten') !== undefined, first: directive('first') !== undefined, singleton: directive('singleton') !== undefined, slice: typeof slice === 'string' ? slice : undefined,
  }
}

/** Elements of FHIR begin with a small letter or an underscore; what is read, and what is searched for, with the name of a type. */
const meaningOf = (type: GraphQLObjectType, name: string): Meaning => {
  if (name === '__typename') return 'typename'
  if (name.startsWith('__') || type.name.startsWith('__')) return 'schema'
  if (type.name === 'Reference' && name === 'resource') return 'reference'
  if (!/^[A-Z]/.test(name)) return 'element'
  // "List" is a type of its own: List, ListList and ListConnection are three fields
  if (type.name === 'Query' && typeNumber(name) !== undefined) return 'read'
  return name.endsWith('Connection') ? 'connection' : 'list'
}

/** The type that a list or connection is of. */
export const searchedType = ({ name }: Pick<Planned, 'name'>): string => name.replace(/(?:List|Connection)$/, '')
