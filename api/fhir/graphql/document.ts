/**
 * The text of a query -> a document that is bounded, follows the schema, and says which operation is asked for (https://spec.graphql.org/October2021/). As FHIR writes its queries
 * (http://hl7.org/fhir/R4/graphql.html), words need no quotes, and `resource(type: Patient) { … }` stands for `resource(type: Patient) { ... on Patient { … } }`.
 */
import {
  GraphQLError, Kind, OperationTypeNode, getVariableValues, parse, validate, visit,
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLObjectType, type GraphQLSchema, type OperationDefinitionNode, type VariableValues,
} from 'graphql'
import { JsonNumber, JsonObject, type JsonValue } from '../../model/json.ts'
import { outcome, type Outcome } from '../../model/outcome.ts'
import { typeNumber } from '../../search/resource-types.ts'
import { GraphqlRefusal } from './failure.ts'
import { DEEPEST_BRACKETS, DEEPEST_SYNTAX, LONGEST_QUERY, MOST_TOKENS } from './limits.ts'
import { requireBounded } from './measure.ts'

/** What a client sends. */
export interface GraphqlRequest {
  readonly query: string
  readonly variables: JsonObject | undefined
  readonly operationName: string | undefined
}

export interface Prepared {
  readonly schema: GraphQLSchema
  readonly root: GraphQLObjectType
  readonly operation: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: VariableValues
}

const MOST_ERRORS = 20

/** Throws GraphqlRefusal, body-too-large and too-costly. */
export const prepareQuery = ({ query, variables, operationName }: GraphqlRequest, schema: GraphQLSchema): Prepared => {
  if (query.length > LONGEST_QUERY) throw outcome('body-too-large', { expression: 'query', diagnostics: `A query has at most ${LONGEST_QUERY} characters.` })
  const document = asGraphql(readDocument(query))
  const fragments = new Map(document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])))
  requireBounded(document, fragments)
  const errors = validate(schema, document, undefined, { maxErrors: MOST_ERRORS, hideSuggestions: true })
  if (errors.length > 0) throw new GraphqlRefusal(errors)
  const operation = requireOperation(document, operationName)
  const root = schema.getQueryType()
  if (root === undefined || root === null) throw outcome('internal', { diagnostics: 'The schema has no query type.' })
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], toInputs(variables), { maxErrors: MOST_ERRORS, hideSuggestions: true })
  if (coerced.errors) throw new GraphqlRefusal(coerced.errors)
  return { schema, root, operation, fragments, variables: coerced.variableValues }
}

const readDocument = (query: string): DocumentNode => {
  requireShallow(query)
  try {
    return parse(query, { maxTokens: MOST_TOKENS })
  } catch (error) {
    if (error instanceof GraphQLError) throw new GraphqlRefusal([error])
    throw error
  }
}

/** Brackets, and what hides them: strings in blocks, strings, comments (https://spec.graphql.org/October2021/#sec-Appendix-Grammar-Summary.Lexical-Tokens). */
const BRACKETS = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|[{[(]|[}\])]/g

/** The reader goes down with each bracket, and how far its stack goes depends on what the process did before. */
const requireShallow = (query: string): void => {
  let depth = 0
  for (const [sign] of query.matchAll(BRACKETS)) {
    if (sign === '{' || sign === '[' || sign === '(') depth += 1
    else if (sign === '}' || sign === ']' || sign === ')') depth -= 1
    if (depth > DEEPEST_BRACKETS) throw tooDeep()
  }
}

const tooDeep = (): Outcome => outcome('too-costly', { expression: 'query', diagnostics: 'The query is nested too deeply.' })

const asGraphql = (document: DocumentNode): DocumentNode => visit(document, {
  enter(_node, _key, _parent, path) {
    if (path.length > DEEPEST_SYNTAX) throw tooDeep()
  },
  leave(node) {
    if (node.kind === Kind.ENUM) return { kind: Kind.STRING, value: node.value, ...(node.loc && { loc: node.loc }) }
    return node.kind === Kind.FIELD && node.name.value === 'resource' ? onType(node) : undefined
  },
})

/** A field whose argument says which type is meant. */
const onType = (field: FieldNode): FieldNode | undefined => {
  const named = field.arguments?.find(({ name }) => name.value === 'type')?.value
  const type = named?.kind === Kind.STRING || named?.kind === Kind.ENUM ? named.value : undefined
  if (type === undefined || typeNumber(type) === undefined || field.selectionSet === undefined) return undefined
  const { selectionSet } = field
  return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.INLINE_FRAGMENT, typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } }, directives: [], selectionSet }] } }
}

const requireOperation = ({ definitions }: DocumentNode, wanted: string | undefined): OperationDefinitionNode => {
  const operations = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION)
  const found = wanted === undefined ? operations : operations.filter(({ name }) => name?.value === wanted)
  const [only, more] = found
  if (only === undefined) throw new GraphqlRefusal([new GraphQLError(wanted === undefined ? 'The document has no operation.' : 'The document has no operation of that name.')])
  if (more !== undefined) throw new GraphqlRefusal([new GraphQLError('The document has several operations: say which by operationName.')])
  if (only.operation !== OperationTypeNode.QUERY) throw new GraphqlRefusal([new GraphQLError('Only queries are offered here.', { nodes: only })])
  return only
}

/** Numbers that are no small integers keep their digits: only scalars of FHIR take them. */
const toInput = (value: JsonValue): unknown => {
  if (value instanceof JsonNumber) return /^-?\d{1,9}$/.test(value.source) ? Number(value.source) : value
  if (value instanceof JsonObject) return Object.assign(Object.create(null), Object.fromEntries([...value.entries()].map(([name, member]) => [name, toInput(member)])))
  return Array.isArray(value) ? value.map(toInput) : value
}

const toInputs = (variables: JsonObject | undefined): Record<string, unknown> =>
  Object.fromEntries([...(variables?.entries() ?? [])].filter(([name]) => name !== '__proto__').map(([name, value]) => [name, toInput(value)]))
