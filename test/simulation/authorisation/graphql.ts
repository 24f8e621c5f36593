/** GraphQL as data: resources of a type, where their references lead, and what refers to them; what the model finds by it. http://hl7.org/fhir/R4/graphql.html */
import type { Random } from '#test/support/random.ts'
import { containedIn, keyOf, ownerOf, PARAMETERS, referenceCodes, referencesOf, typeOf, TYPES, type Plain, type Type } from './facts.ts'
import type { Actor, Rules } from './rules.ts'
import { findMatches, pairsOf, type Clause } from './search.ts'
import type { World } from './world.ts'

export interface GraphQuery {
  readonly type: Type
  readonly clauses: readonly Extract<Clause, { kind: 'match' }>[]
  /** Elements with references that are followed: single ones of the type itself. */
  readonly follows: readonly string[]
  /** What refers to each, by which parameter. */
  readonly backwards: readonly { readonly source: Type; readonly code: string }[]
  readonly connection: boolean
}

/** A canonical is no Reference, and leads nowhere in GraphQL. */
const literalCodes = (type: Type): string[] => referenceCodes(type).filter((code) => PARAMETERS[type][code]?.kind === 'reference')

/** Elements directly in the resource, which hold one reference or a list of them. */
const elementsOf = (type: Type): string[] => [...new Set(literalCodes(type).map((code) => PARAMETERS[type][code]?.path ?? '').filter((path) => !path.includes('.')))]

const SHOWN = 'id extension { valueString }'
const ANY = `resourceType ${TYPES.map((type) => `... on ${type} { extension { valueString } }`).join(' ')}`

export const makeGraphQuery = (random: Random, type: Type, clauses: GraphQuery['clauses']): GraphQuery => {
  const links = TYPES.flatMap((source) => literalCodes(source).filter((code) => PARAMETERS[source][code]?.targets?.includes(type) === true).map((code) => ({ source, code })))
  const elements = elementsOf(type)
  return {
    type, clauses, connection: random.chance(0.3), follows: elements.length === 0 ? [] : [...new Set([random.pick(elements), random.pick(elements)])],
    backwards: links.length === 0 || random.chance(0.3) ? [] : [random.pick(links)],
  }
}

export const textOf = ({ type, clauses, follows, backwards, connection }: GraphQuery): string => {
  const given = pairsOf({ types: [type], clauses, includes: [], sorts: [], total: false, countOnly: false, post: false }).map(([name, value]) => `${name.replaceAll('-', '_')}: ${name === '_count' ? value : JSON.stringify(value.split(','))}`)
  const fields = [
    SHOWN, ...follows.map((name) => `${name} { resource(optional: true) { id ${ANY} } }`),
    ...backwards.map(({ source, code }) => `${source}List(_reference: ${code.replaceAll('-', '_')}) { ${SHOWN} }`),
  ].join(' ')
  return connection ? `{ ${type}Connection(${given.join(', ')}) { count edges { resource { ${fields} } } } }` : `{ ${type}List(${given.join(', ')}) { ${fields} } }`
}

interface Row { readonly id: string; readonly secret: unknown; readonly follows: Readonly<Record<string, readonly string[]>>; readonly backwards: readonly string[] }
export interface Graph { readonly count: number | undefined; readonly rows: readonly Row[] }

const secretOf = ({ extension }: Plain): unknown => (Array.isArray(extension) ? Object(extension[0]).valueString : undefined)
const member = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])

/** undefined: a type that is searched is closed. A reference leads to what may be read; what refers to something is searched for. */
export const findGraph = (world: World, rules: Rules, actor: Actor, query: GraphQuery): { readonly graph: Graph; readonly shown: readonly Plain[] } | undefined => {
  const shown: Plain[] = []
  const sees = rules.sight(actor, query.type)
  const matches = rules.reach(actor, 'search', query.type) === 'none' ? undefined : findMatches(world, sees, { types: [query.type], clauses: query.clauses, includes: [], sorts: [], total: false, countOnly: false, post: false })
  if (matches === undefined || (matches.length > 0 && query.backwards.some(({ source }) => rules.reach(actor, 'search', source) === 'none'))) return undefined
  const reads = (resource: Plain): boolean => rules.decide(actor, 'read', typeOf(resource), ownerOf(resource)) === 'allow' && (rules.limit(actor, 'r', typeOf(resource))?.(resource) ?? true)
  const note = <T extends Plain>(found: readonly T[]): readonly T[] => { shown.push(...found); return found }
  const rows = note(matches).map((resource): Row => ({
    id: resource.id, secret: secretOf(resource),
    follows: Object.fromEntries(query.follows.map((name) => [name, note(listOf(member(resource, name)).map((each) => String(member(each, 'reference'))).flatMap((reference) => containedIn(resource).find(({ id }) => reference === `#${id}`) ?? [world.find(reference) ?? []].flat().filter(reads))).map((each) => `${each.id} ${String(secretOf(each))}`).toSorted()])),
    backwards: query.backwards.flatMap(({ source, code }) => note(world.ofType(source).filter((each) => rules.sight(actor, source)(each) && referencesOf(each, code).includes(keyOf(resource)))).map(({ id }) => id)).toSorted(),
  }))
  return { graph: { count: query.connection ? rows.length : undefined, rows: rows.toSorted((one, other) => (one.id < other.id ? -1 : 1)) }, shown }
}

/** The answer in the form of the model. */
export const readGraph = (data: unknown, { type, follows, backwards, connection }: GraphQuery): Graph => {
  const head = member(data, connection ? `${type}Connection` : `${type}List`)
  const resources = connection ? listOf(member(head, 'edges')).map((edge) => member(edge, 'resource')) : listOf(head)
  const secret = (resource: unknown): unknown => member(listOf(member(resource, 'extension'))[0], 'valueString')
  const rows = resources.map((resource): Row => ({
    id: String(member(resource, 'id')), secret: secret(resource),
    follows: Object.fromEntries(follows.map((name) => [name, listOf(member(resource, name)).flatMap((each) => listOf(member(each, 'resource'))).map((each) => `${String(member(each, 'id'))} ${String(secret(each))}`).toSorted()])),
    backwards: backwards.flatMap(({ source }) => listOf(member(resource, `${source}List`)).map((each) => String(member(each, 'id')))).toSorted(),
  }))
  const count = member(head, 'count')
  return { count: typeof count === 'number' ? count : undefined, rows: rows.toSorted((one, other) => (one.id < other.id ? -1 : 1)) }
}
