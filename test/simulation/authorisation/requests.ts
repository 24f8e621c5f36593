/** Random requests: what one may ask of the interface, as data, so that the model can answer it too and a difference can be made smaller. */
import type { Random } from '#test/support/random.ts'
import { makeExport, type ExportRequest } from './export.ts'
import { COMPARTMENTS, keyOf, memberOf, PARAMETERS, referenceCodes, textOf, TYPES, valuesOf, type Plain, type Type } from './facts.ts'
import { makeGraphQuery, type GraphQuery } from './graphql.ts'
import type { Clause, Include, Search } from './search.ts'
import { CODES, makeResource, newId, SYSTEM, type World } from './world.ts'

export type Request =
  | { readonly kind: 'search'; readonly search: Search }
  | { readonly kind: 'read'; readonly key: string }
  | { readonly kind: 'history'; readonly key: string }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'vread'; readonly key: string; readonly version: number }
  /** $meta; of one version, or of the current one. */
  | { readonly kind: 'meta'; readonly key: string; readonly version?: number }
  | { readonly kind: 'history-type'; readonly type: Type; readonly count: boolean }
  | { readonly kind: 'everything'; readonly patient: string }
  | { readonly kind: 'lastn'; readonly patient: string; readonly codes: readonly string[]; readonly max: number }
  | { readonly kind: 'graphql'; readonly query: GraphQuery }
  | { readonly kind: 'history-system'; readonly count: boolean }
  /** Of the type: named by `id`. */
  | { readonly kind: 'document'; readonly key: string; readonly way: 'instance' | 'type' | 'post' }
  | ExportRequest
  | { readonly kind: 'patch'; readonly body: Plain }
  | { readonly kind: 'batch'; readonly entries: readonly Extract<Request, { kind: 'search' | 'read' | 'vread' | 'history' | 'history-type' }>[] }
  /** GET entries of a transaction, which runs with more sight than its caller has. */
  | { readonly kind: 'transaction-reads'; readonly entries: readonly Extract<Request, { kind: 'search' | 'read' }>[] }
  /** What a person of the site, described by a Patient resource, may be found as. */
  | { readonly kind: 'match'; readonly like: Plain }
  | { readonly kind: 'summary'; readonly patient: string }
  /** Of one code, with the measurements themselves. */
  | { readonly kind: 'stats'; readonly patient: string; readonly code: string }
  /** Between two resources of a type. */
  | { readonly kind: 'diff'; readonly from: string; readonly to: string }
  | { readonly kind: 'create' | 'update'; readonly body: Plain }
  | { readonly kind: 'create-if-none' | 'update-if'; readonly type: Type; readonly clause: Clause; readonly body: Plain }
  | { readonly kind: 'delete-if'; readonly type: Type; readonly clause: Clause }
  | { readonly kind: 'transaction'; readonly bodies: readonly Plain[] }

export const writes = ({ kind }: Request): boolean => ['delete', 'create', 'update', 'create-if-none', 'update-if', 'delete-if', 'transaction', 'patch'].includes(kind)

const FOUND: readonly Type[] = ['Patient', 'Encounter', 'Observation', 'Observation', 'Observation', 'Condition', 'AllergyIntolerance', 'ServiceRequest', 'List', 'Task', 'Practitioner', 'Organization', 'Composition', 'Questionnaire', 'QuestionnaireResponse', 'QuestionnaireResponse']
const WRITTEN: readonly Type[] = ['Patient', 'Encounter', 'Observation', 'Observation', 'Condition', 'AllergyIntolerance', 'ServiceRequest', 'List', 'Organization', 'Composition', 'Questionnaire', 'QuestionnaireResponse']

/** A value that some resource of the type has, or one of the same shape. */
const valueFor = (random: Random, world: World, type: Type, code: string): string => {
  const parameter = PARAMETERS[type][code]
  const known = world.ofType(type).flatMap((resource) => valuesOf(resource, code))
  const value = known.length === 0 ? undefined : random.pick(known)
  const at = (name: string): string => memberOf(value, name)
  const text = textOf(value)
  switch (parameter?.kind) {
    case 'token': return typeof value === 'object' ? (random.chance(0.5) ? at('code') || at('value') : `${at('system')}|${at('code') || at('value')}`) : text || 'true'
    case 'string': return (text || 'an').slice(0, random.whole(2, 6))
    case 'date': return `${random.pick(['ge', 'le', 'gt', 'lt', 'eq', ''])}${(text || '2026-05-01').slice(0, 10)}`
    case 'quantity': return `${random.pick(['gt', 'lt'])}${random.whole(0, 9) * 10 + 5}`
    case 'canonical': return text.startsWith('http') ? random.pick([text, text.replace(/\|.*$/, '')]) : 'http://model.example/q1'
    default: return at('reference') === '' || at('reference').startsWith('#') ? `Patient/${newId(random)}` : at('reference')
  }
}

const DEEPEST = 3

/** Where a chain may lead into what is contained, along a canonical, and on from there. */
const INWARD: Partial<Readonly<Record<Type, { readonly code: string; readonly target: Type }>>> = {
  Observation: { code: 'performer', target: 'Practitioner' }, Condition: { code: 'asserter', target: 'Practitioner' }, ServiceRequest: { code: 'requester', target: 'Organization' }, Organization: { code: 'partof', target: 'Organization' },
  QuestionnaireResponse: { code: 'questionnaire', target: 'Questionnaire' },
}

const makeMatch = (random: Random, world: World, type: Type): Clause => {
  const code = random.pick(Object.keys(PARAMETERS[type]))
  if (random.chance(0.1)) return { kind: 'match', code, modifier: 'missing', values: [random.pick(['true', 'false'])] }
  const values = Array.from({ length: random.pick([1, 1, 2]) }, () => valueFor(random, world, type, code))
  const not = PARAMETERS[type][code]?.kind === 'token' && random.chance(0.2)
  return { kind: 'match', code, values, ...(not && { modifier: 'not' as const }) }
}

/** Of _filter: a code or a reference that is equal. */
const makeTerm = (random: Random, world: World, type: Type): { readonly code: string; readonly value: string } => {
  const codes = Object.entries(PARAMETERS[type]).flatMap(([code, { kind }]) => (kind === 'token' ? [code] : []))
  const code = random.pick(codes)
  return { code, value: valueFor(random, world, type, code) }
}

export const makeClause = (random: Random, world: World, type: Type, depth = 0): Clause => {
  const way = random.next()
  if (depth < DEEPEST && way < 0.22) {
    const codes = referenceCodes(type)
    const inward = random.chance(0.4) ? INWARD[type] : undefined
    const from = inward?.code ?? (codes.length === 0 ? undefined : random.pick(codes))
    const target = inward?.target ?? (from === undefined ? undefined : random.pick<Type>(PARAMETERS[type][from]?.targets ?? ['Patient']))
    if (from !== undefined && target !== undefined) return { kind: 'chain', code: from, target, inner: makeClause(random, world, target, depth + 1) }
  }
  if (depth < DEEPEST && way < 0.42) {
    const links = TYPES.flatMap((source) => leadsTo(source, type).map((link) => ({ source, link })))
    if (links.length > 0) {
      const { source, link } = random.pick(links)
      return { kind: 'has', source, link, inner: makeClause(random, world, source, depth + 1) }
    }
  }
  if (way < 0.45 && depth === 0 && type === 'Observation') return { kind: 'composite', code: random.pick(CODES), prefix: random.pick(['gt', 'lt', 'ge', 'le']), value: random.whole(0, 9) * 10 + 5 }
  if (way < 0.455 && depth === 0) return { kind: 'filter', any: times(random.whole(1, 2), () => makeTerm(random, world, type)), not: random.chance(0.3) }
  if (way < 0.48) return { kind: 'id', ids: Array.from({ length: random.whole(1, 3) }, () => idOf(random, world, type)) }
  if (way < 0.52 && depth === 0) return { kind: 'list', id: idOf(random, world, 'List') }
  return makeMatch(random, world, type)
}

const idOf = (random: Random, world: World, type: Type): string => {
  const all = world.keys().filter((key) => key.startsWith(`${type}/`))
  return all.length === 0 || random.chance(0.03) ? newId(random) : random.pick(all).slice(type.length + 1)
}

const leadsTo = (source: Type, type: Type): string[] => referenceCodes(source).filter((code) => PARAMETERS[source][code]?.targets?.includes(type) === true)

const makeInclude = (random: Random, type: Type): Include => {
  const reverse = random.chance(0.5)
  const iterate = random.chance(0.3)
  if (random.chance(0.15)) return { reverse, iterate }
  const sources: readonly Type[] = reverse ? TYPES.filter((source) => leadsTo(source, type).length > 0) : iterate ? TYPES.filter((source) => referenceCodes(source).length > 0) : [type]
  const source = sources.length === 0 ? 'Observation' : random.pick(sources)
  const codes = referenceCodes(source)
  if (codes.length === 0 || random.chance(0.15)) return { reverse, iterate, source }
  const code = random.pick(codes)
  const targets = PARAMETERS[source][code]?.targets ?? []
  return { reverse, iterate, source, code, ...(random.chance(0.2) && targets.length > 0 && { target: random.pick(targets) }) }
}

const sortable = (type: Type): string[] => ['_id', ...Object.entries(PARAMETERS[type]).flatMap(([code, { kind }]) => (kind === 'date' || kind === 'string' || kind === 'quantity' || (kind === 'token' && ['status', 'gender'].includes(code)) ? [code] : []))]

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

export const makeSearch = (random: Random, world: World): Search => {
  const type = random.pick(FOUND)
  const shape = { total: random.chance(0.3), countOnly: random.chance(0.12), post: random.chance(0.1), ...(random.chance(0.3) && { count: random.whole(1, 12) }) }
  if (random.chance(0.06)) {
    const types = [...new Set([type, random.pick(FOUND), 'Organization' as const])]
    if (types.length > 1) return { ...shape, types, clauses: [{ kind: 'match', code: 'identifier', values: [`n${random.whole(1, 60)}`] }], includes: times(random.whole(0, 1), () => makeInclude(random, type)), sorts: [] }
  }
  const inside = random.chance(0.12) ? random.pick(['Patient', 'Encounter'] as const) : undefined
  const member = inside === undefined ? type : random.pick(TYPES.filter((each) => COMPARTMENTS[inside][each] !== undefined))
  return {
    ...shape, types: [member], ...(inside !== undefined && { compartment: { type: inside, id: idOf(random, world, inside) } }),
    clauses: times(random.pick(inside === undefined ? [0, 1, 1, 1, 2, 2, 3] : [0, 0, 1]), () => makeClause(random, world, member)),
    includes: times(random.pick([0, 0, 0, 1, 1, 2]), () => makeInclude(random, member)),
    sorts: random.chance(0.4) ? times(random.pick([1, 1, 2]), () => ({ code: random.pick(sortable(member)), descending: random.chance(0.5) })) : [],
  }
}

/** Of what is contained; it takes what is asked of the resource itself. */
const makeInsideSearch = (random: Random, world: World): Search => {
  const type = random.pick(['Practitioner', 'Organization', 'Questionnaire'] as const)
  return { types: [type], clauses: times(random.whole(0, 2), () => makeMatch(random, world, type)), includes: [], sorts: [], total: false, countOnly: false, post: false, inside: true, ...(random.chance(0.4) && { count: random.whole(1, 9) }) }
}

const keyFor = (random: Random, world: World): string => {
  const type = random.pick(FOUND)
  return `${type}/${idOf(random, world, type)}`
}

type Single = Extract<Request, { kind: 'batch' }>['entries'][number]

const makeSingle = (random: Random, world: World): Single => {
  const way = random.next()
  if (way < 0.7) {
    const { count: _count, ...search } = makeSearch(random, world)
    // an entry of a batch is one page, found by GET, of a type that it names
    return { kind: 'search', search: { ...search, types: search.types.slice(0, 1), post: false } }
  }
  const key = keyFor(random, world)
  if (way < 0.82) return { kind: 'read', key }
  if (way < 0.88) return { kind: 'vread', key, version: random.whole(1, 3) }
  return way < 0.96 ? { kind: 'history', key } : { kind: 'history-type', type: random.pick(FOUND), count: random.chance(0.3) }
}

const makeGraph = (random: Random, world: World): Request => {
  const type = random.pick(FOUND)
  const clauses = times(random.whole(0, 1), () => makeMatch(random, world, type)).flatMap((clause) => (clause.kind === 'match' && clause.modifier === undefined ? [clause] : []))
  return { kind: 'graphql', query: makeGraphQuery(random, type, clauses) }
}

/** What an app of a person is asked with here: it changes nothing, and searches one type at a time. */
export const isForApps = (request: Request): boolean => {
  switch (request.kind) {
    case 'search': return request.search.types.length === 1
    case 'batch': return request.entries.every(isForApps)
    default: return ['read', 'vread', 'meta', 'everything', 'lastn', 'summary', 'match', 'stats', 'diff'].includes(request.kind)
  }
}

/** One that changes nothing; of the kind, if it is said. */
export const makeRead = (random: Random, world: World, only?: Request['kind']): Request => {
  for (;;) {
    const made = makeAnyRead(random, world)
    if (only === undefined || made.kind === only) return made
  }
}

/** Inside of a transaction only reads and searches of one type. */
const makeInside = (random: Random, world: World): Extract<Request, { kind: 'search' | 'read' }> => {
  const one = makeSingle(random, world)
  if (one.kind === 'read') return one
  if (one.kind !== 'search') return { kind: 'read', key: keyFor(random, world) }
  const { compartment: _compartment, ...search } = one.search
  return { kind: 'search', search }
}

const makeSpecial = (random: Random, world: World): Request => {
  const way = random.next()
  if (way < 0.2) {
    const type = random.pick(FOUND)
    return { kind: 'diff', from: `${type}/${idOf(random, world, type)}`, to: `${type}/${idOf(random, world, type)}` }
  }
  if (way < 0.35) return { kind: 'stats', patient: idOf(random, world, 'Patient'), code: random.pick(CODES) }
  if (way < 0.7) return { kind: 'transaction-reads', entries: times(random.pick([1, 1, 2]), () => makeInside(random, world)) }
  if (way < 0.85) return { kind: 'summary', patient: idOf(random, world, 'Patient') }
  const known = world.ofType('Patient')
  return { kind: 'match', like: known.length > 0 && random.chance(0.9) ? random.pick(known) : makeResource(random, world, 'Patient') }
}

const makeAnyRead = (random: Random, world: World): Request => {
  const way = random.next()
  if (way < 0.03) return { kind: 'search', search: makeInsideSearch(random, world) }
  if (way < 0.46) return { kind: 'search', search: makeSearch(random, world) }
  if (way < 0.57) return makeGraph(random, world)
  if (way < 0.58) return { kind: 'history-system', count: random.chance(0.3) }
  if (way < 0.61) return { kind: 'document', key: `Composition/${idOf(random, world, 'Composition')}`, way: random.pick(['instance', 'type', 'post']) }
  if (way < 0.625) return makeExport(random, world, { clause: (type) => makeClause(random, world, type), patient: () => idOf(random, world, 'Patient') })
  if (way < 0.655) return { kind: 'meta', key: keyFor(random, world), ...(random.chance(0.4) && { version: random.whole(1, 3) }) }
  if (way < 0.84) return makeSingle(random, world)
  if (way < 0.885) return makeSpecial(random, world)
  if (way < 0.9) return { kind: 'everything', patient: idOf(random, world, 'Patient') }
  if (way < 0.94) return { kind: 'lastn', patient: idOf(random, world, 'Patient'), codes: times(random.whole(1, 3), () => `${SYSTEM}|${random.pick(CODES)}`), max: random.whole(1, 3) }
  return { kind: 'batch', entries: times(random.whole(1, 4), () => makeSingle(random, world)) }
}

export const makeWrite = (random: Random, world: World): Request => {
  const type = random.pick(WRITTEN)
  const body = makeResource(random, world, type)
  const clause: Clause = { kind: 'match', code: 'identifier', values: [`urn:model|n${random.whole(1, 60)}`] }
  const way = random.next()
  const before = random.chance(0.12) ? world.ofType(type) : []
  // the secret of the version is a new one
  if (before.length > 0) return { kind: 'patch', body: { ...random.pick(before), extension: body.extension } }
  if (way < 0.3) return { kind: 'create', body }
  if (way < 0.6) {
    const alive = world.ofType(type)
    return { kind: 'update', body: alive.length === 0 ? body : makeResource(random, world, type, random.pick(alive).id) }
  }
  if (way < 0.72) return { kind: 'delete', key: keyOf({ resourceType: type, id: idOf(random, world, type) }) }
  if (way < 0.8) return { kind: 'create-if-none', type, clause, body }
  if (way < 0.88) return { kind: 'update-if', type, clause, body }
  if (way < 0.92) return { kind: 'delete-if', type, clause }
  return { kind: 'transaction', bodies: times(random.whole(1, 3), () => makeResource(random, world, random.pick(WRITTEN))) }
}
