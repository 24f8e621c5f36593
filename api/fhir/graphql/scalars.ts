/**
 * The scalars of FHIR's GraphQL (http://hl7.org/fhir/R4/graphql.html): primitives of FHIR, and kinds of search parameters. Whatever is given for one becomes text, as
 * it would stand in a search; digits of numbers are kept.
 */
import { GraphQLBoolean, GraphQLError, GraphQLID, GraphQLInt, GraphQLScalarType, GraphQLString, Kind, type ConstValueNode } from 'graphql'
import { JsonNumber } from '../../model/json.ts'

const PRIMITIVES = ['base64Binary', 'canonical', 'code', 'date', 'dateTime', 'decimal', 'instant', 'markdown', 'oid', 'positiveInt', 'time', 'unsignedInt', 'uri', 'url', 'uuid', 'xhtml'] as const
const SEARCHED = ['number', 'token', 'reference', 'composite', 'quantity', 'special'] as const

const notSimple = (): never => { throw new GraphQLError('Expected one simple value.') }

const fromLiteral = (node: ConstValueNode): string => {
  switch (node.kind) {
    case Kind.STRING: case Kind.INT: case Kind.FLOAT: case Kind.ENUM: return node.value
    case Kind.BOOLEAN: return String(node.value)
    default: return notSimple()
  }
}

const fromInput = (value: unknown): string =>
  (value instanceof JsonNumber ? value.source : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : notSimple())

const toScalar = (name: string, description: string): [string, GraphQLScalarType] =>
  [name, new GraphQLScalarType<unknown, unknown>({ name, description, coerceInputValue: fromInput, coerceInputLiteral: fromLiteral })]

/** By the name of the FHIR type, or of the kind of a search parameter. */
export const buildScalars = (): ReadonlyMap<string, GraphQLScalarType> => new Map([
  ['boolean', GraphQLBoolean], ['string', GraphQLString], ['id', GraphQLID], ['integer', GraphQLInt],
  ...PRIMITIVES.map((name) => toScalar(name, `FHIR ${name}`)),
  ...SEARCHED.map((name) => toScalar(name, `A search parameter of the kind ${name}`)),
])
