/** Arguments of fields: those of searches, named after search parameters, and those that choose among the items of a list. http://hl7.org/fhir/R4/graphql.html#list, #searching */
import { GraphQLInt, GraphQLList, GraphQLString, type GraphQLFieldConfigArgumentMap, type GraphQLInputType, type GraphQLScalarType } from 'graphql'
import { parametersOf, type Parameter } from '../../search/registry.ts'
import type { Kind as XmlKind } from '../xml/elements.ts'

type Scalars = ReadonlyMap<string, GraphQLScalarType>

/** Held as columns of the row, so they stand in no registry row. */
const GENERAL: readonly (readonly [code: string, kind: string])[] = [['_id', 'token'], ['_lastUpdated', 'date'], ['_text', 'string'], ['_content', 'string'], ['_list', 'token']]

/** Names in GraphQL have no dash. */
export const toArgument = (code: string): string => code.replaceAll('-', '_')

/** Search parameters of a type by the names of their arguments. */
export const searchArguments = (type: string): ReadonlyMap<string, string> =>
  new Map([...GENERAL.map(([code]) => code), ...parametersOf(type).map(({ code }) => code)].map((code) => [toArgument(code), code]))

/** Parameters of a type whose references may lead to another. */
export const referringParameters = (type: string, target: string): readonly Parameter[] =>
  parametersOf(type).filter(({ kind, alias, targets }) => kind === 'reference' && (alias?.target ?? target) === target && (targets.length === 0 || targets.includes(target)))

const scalarOf = (scalars: Scalars, kind: string): GraphQLInputType => scalars.get(kind) ?? GraphQLString

const SHAPING: GraphQLFieldConfigArgumentMap = { _filter: { type: GraphQLString }, _sort: { type: GraphQLString }, _count: { type: GraphQLInt }, fhirpath: { type: GraphQLString } }

/** Of a list or connection: values of an array are joined by or. */
export const listArguments = (type: string, scalars: Scalars): GraphQLFieldConfigArgumentMap => ({
  ...Object.fromEntries([...GENERAL, ...parametersOf(type).map(({ code, kind }) => [code, kind] as const)].map(([code, kind]) => [toArgument(code), { type: new GraphQLList(scalarOf(scalars, kind)) }])),
  ...SHAPING,
})

/** A connection may also be followed by a cursor, where it stands at the root. */
export const CURSORS: GraphQLFieldConfigArgumentMap = { cursor: { type: GraphQLString }, _cursor: { type: GraphQLString } }

/** What refers to a resource by a parameter that may refer to anything has few arguments: it is found from everywhere, and the schema would be ten times as large. */
export const fewArguments: GraphQLFieldConfigArgumentMap = { _reference: { type: GraphQLString }, _filter: { type: GraphQLString }, _count: { type: GraphQLInt } }

/** Of a list of elements: FHIRPath, a place in the list, and the primitive elements of its items that are no choices. */
export const itemArguments = (item: XmlKind, scalars: Scalars): GraphQLFieldConfigArgumentMap => {
  const fields = [...item.elements.values()].filter(({ form, repeats, name }, _at, all) => (form === 'primitive' || form === 'attribute') && !repeats && !isSpelled(name, all))
  return {
    ...Object.fromEntries(fields.map(({ name, type }) => [name, { type: scalarOf(scalars, type) }])),
    fhirpath: { type: GraphQLString }, _offset: { type: GraphQLInt }, _count: { type: GraphQLInt },
  }
}

/** The spellings of a choice share their place. */
const isSpelled = (name: string, all: readonly { readonly name: string; readonly order: number }[]): boolean => {
  const own = all.find((each) => each.name === name)
  return all.some((each) => each.name !== name && each.order === own?.order)
}
