/**
 * The GraphQL schema of R4 (http://hl7.org/fhir/R4/graphql.html#conformance), built from the table of elements (api/fhir/xml/elements.json) and the registry of search parameters. It is
 * built when the first query comes.
 */
import {
  DirectiveLocation, GraphQLBoolean, GraphQLDirective, GraphQLID, GraphQLInt, GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString, isSchema, specifiedDirectives,
  type GraphQLFieldConfig, type GraphQLFieldConfigArgumentMap, type GraphQLOutputType, type GraphQLScalarType,
} from 'graphql'
import { RESOURCE_TYPES } from '../../search/resource-types.ts'
import { requireKind, type XmlElement } from '../xml/elements.ts'
import { CURSORS, fewArguments, itemArguments, listArguments, referringParameters } from './arguments.ts'
import { buildScalars } from './scalars.ts'

type Fields = Record<string, GraphQLFieldConfig<unknown, unknown>>

/** AuditEvents are rendered from the audit log: no search finds them here. */
const SEARCHABLE: readonly string[] = RESOURCE_TYPES.filter((type) => type !== 'AuditEvent')

/** http://hl7.org/fhir/R4/graphql.html#flattening */
const DIRECTIVES: readonly GraphQLDirective[] = [
  new GraphQLDirective({ name: 'flatten', description: 'The field is left out, and its fields stand in its place.', locations: [DirectiveLocation.FIELD] }),
  new GraphQLDirective({ name: 'first', description: 'Only the first item.', locations: [DirectiveLocation.FIELD] }),
  new GraphQLDirective({ name: 'singleton', description: 'One value, although a field above it is flattened.', locations: [DirectiveLocation.FIELD] }),
  new GraphQLDirective({ name: 'slice', description: 'Each item is a field of its own, named with what the FHIRPath finds in it.', locations: [DirectiveLocation.FIELD], args: { path: { type: new GraphQLNonNull(GraphQLString) } } }),
]

const STANDARD: ReadonlySet<string> = new Set(['skip', 'include', 'deprecated', 'specifiedBy'])

/** Patient.contact -> PatientContact */
const typeName = (kind: string): string => kind.split('.').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')

/** For `[base]/$graphql`, and for a resource: then its type is where a query begins. */
export interface Schemas {
  readonly system: GraphQLSchema
  forType(type: string): GraphQLSchema
}

/** A schema of its own for each type would cost a walk through all of them: it is the same one, seen from another root. */
export const buildSchemas = (): Schemas => {
  const system = new TypeBuilder().buildSystem()
  return {
    system,
    forType(type) {
      const root = system.getType(type)
      const seen: unknown = Object.create(system, { getQueryType: { value: () => root } })
      return isSchema(seen) ? seen : system
    },
  }
}

class TypeBuilder {
  readonly #scalars: ReadonlyMap<string, GraphQLScalarType> = buildScalars()
  readonly #types = new Map<string, GraphQLObjectType>()
  readonly #connections = new Map<string, GraphQLObjectType>()
  readonly #searches = new Map<string, GraphQLFieldConfigArgumentMap>()
  readonly #base: GraphQLObjectType = new GraphQLObjectType({
    name: 'ElementBase', description: 'Id and extensions of a primitive', fields: () => ({ id: { type: GraphQLString }, extension: this.#listOf('Extension') }),
  })
  readonly #resource: GraphQLInterfaceType = new GraphQLInterfaceType({
    name: 'Resource', description: 'Any resource: its own elements are asked for by `... on`', fields: () => ({ resourceType: { type: this.#scalar('code') }, ...this.#elements('Resource') }),
  })
  readonly #all: readonly GraphQLObjectType[] = RESOURCE_TYPES.map((type) => this.#typeOf(type))

  buildSystem(): GraphQLSchema {
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: () => Object.fromEntries(SEARCHABLE.flatMap((type): [string, GraphQLFieldConfig<unknown, unknown>][] => [
        [type, { type: this.#typeOf(type), args: { id: { type: GraphQLID } } }],
        [`${type}List`, { type: new GraphQLList(this.#typeOf(type)), args: this.#searchOf(type) }],
        [`${type}Connection`, { type: this.#connectionOf(type), args: { ...this.#searchOf(type), ...CURSORS } }],
      ])),
    })
    const directives = [...specifiedDirectives.filter(({ name }) => STANDARD.has(name)), ...DIRECTIVES]
    return new GraphQLSchema({ query, types: [...this.#all], directives, assumeValid: true })
  }

  #scalar(name: string): GraphQLScalarType {
    return this.#scalars.get(name) ?? GraphQLString
  }

  #typeOf(kind: string): GraphQLObjectType {
    const before = this.#types.get(kind)
    if (before !== undefined) return before
    const isResource = RESOURCE_TYPES.includes(kind)
    const made = new GraphQLObjectType({ name: typeName(kind), interfaces: isResource ? [this.#resource] : [], fields: () => ({ ...this.#elements(kind), ...(isResource ? this.#ofResource(kind) : {}), ...(kind === 'Reference' ? this.#ofReference() : {}) }) })
    this.#types.set(kind, made)
    return made
  }

  #elements(kind: string): Fields {
    const elements = kind === 'Resource' ? ['id', 'meta', 'implicitRules', 'language'].flatMap((name) => requireKind('Basic').elements.get(name) ?? []) : [...requireKind(kind).elements.values()]
    return Object.fromEntries(elements.flatMap((element) => this.#fieldsOf(element)))
  }

  /** A primitive has a second field, for its id and extensions (http://hl7.org/fhir/R4/json.html#primitive). */
  #fieldsOf({ name, type, form, repeats }: XmlElement): [string, GraphQLFieldConfig<unknown, unknown>][] {
    const wrap = (one: GraphQLOutputType): GraphQLOutputType => (repeats ? new GraphQLList(one) : one)
    if (form === 'resource') return [[name, { type: wrap(this.#resource) }]]
    if (form === 'complex') return [[name, repeats ? this.#listOf(type) : { type: this.#typeOf(type) }]]
    const plain: [string, GraphQLFieldConfig<unknown, unknown>] = [name, { type: wrap(this.#scalar(type)) }]
    return form === 'primitive' ? [plain, [`_${name}`, { type: wrap(this.#base) }]] : [plain]
  }

  #listOf(kind: string): GraphQLFieldConfig<unknown, unknown> {
    return { type: new GraphQLList(this.#typeOf(kind)), args: itemArguments(requireKind(kind), this.#scalars) }
  }

  #ofReference(): Fields {
    return { resource: { type: this.#resource, args: { optional: { type: GraphQLBoolean }, type: { type: this.#scalar('code') } } } }
  }

  /** What refers to it: http://hl7.org/fhir/R4/graphql.html#reverse */
  #ofResource(type: string): Fields {
    const reverse = SEARCHABLE.flatMap((source): [string, GraphQLFieldConfig<unknown, unknown>][] => {
      const parameters = referringParameters(source, type)
      if (parameters.length === 0) return []
      const list = new GraphQLList(this.#typeOf(source))
      if (parameters.every(({ targets, alias }) => targets.length === 0 && alias?.target === undefined)) return [[`${source}List`, { type: list, args: fewArguments }]]
      const args = { _reference: { type: GraphQLString }, ...this.#searchOf(source) }
      return [[`${source}List`, { type: list, args }], [`${source}Connection`, { type: this.#connectionOf(source), args }]]
    })
    return { resourceType: { type: this.#scalar('code') }, ...Object.fromEntries(reverse) }
  }

  #searchOf(type: string): GraphQLFieldConfigArgumentMap {
    const before = this.#searches.get(type) ?? listArguments(type, this.#scalars)
    this.#searches.set(type, before)
    return before
  }

  #connectionOf(type: string): GraphQLObjectType {
    const before = this.#connections.get(type)
    if (before !== undefined) return before
    const edge = new GraphQLObjectType({ name: `${type}Edge`, fields: () => ({ mode: { type: this.#scalar('code') }, score: { type: this.#scalar('decimal') }, resource: { type: this.#typeOf(type) } }) })
    const link = { type: GraphQLID }
    const made = new GraphQLObjectType({
      name: `${type}Connection`,
      fields: { count: { type: GraphQLInt }, offset: { type: GraphQLInt }, pagesize: { type: GraphQLInt }, edges: { type: new GraphQLList(edge) }, first: link, previous: link, next: link, last: link },
    })
    this.#connections.set(type, made)
    return made
  }
}
