/** What the model expects of a request: allowed or how refused, which resources are shown, how many, and what a write leaves behind. */
import type { Asked } from './asked.ts'
import { documentOf, type ExpectedDocument } from './document.ts'
import { allReferences, COMPARTMENTS, keyOf, ownerOf, referencesOf, tokenOf, typeOf, valuesOf, type Plain, type Type } from './facts.ts'
import { findGraph, type Graph, type GraphQuery } from './graphql.ts'
import { firstNo, FORBIDDEN, refused, type Refusal } from './refusal.ts'
import type { Request } from './requests.ts'
import type { Doing } from './rules.ts'
import { findMatches, type Search } from './search.ts'
import type { Version } from './world.ts'

export type Expected =
  | Refusal
  | ExpectedDocument
  | { readonly kind: 'body'; readonly shown: Plain }
  | { readonly kind: 'meta'; readonly version: number }
  | { readonly kind: 'search'; readonly search: Search; readonly matches: readonly Plain[]; readonly sees: (resource: Plain) => boolean }
  | { readonly kind: 'versions'; readonly versions: readonly Version[]; readonly of: 'instance' | 'type' | 'count' }
  | { readonly kind: 'graph'; readonly query: GraphQuery; readonly graph: Graph; readonly shown: readonly Plain[] }
  | { readonly kind: 'everything'; readonly matches: readonly Plain[]; readonly referred: readonly Plain[] }
  | { readonly kind: 'lastn'; readonly groups: readonly { readonly certain: readonly Plain[]; readonly possible: readonly Plain[]; readonly count: number }[] }
  | { readonly kind: 'match'; readonly possible: readonly Plain[]; readonly certain: readonly Plain[] }
  | { readonly kind: 'summary'; readonly head: Plain; readonly possible: readonly Plain[] }
  | { readonly kind: 'stats'; readonly matches: readonly Plain[] }
  | { readonly kind: 'diff'; readonly shown: readonly Plain[] }
  /** `made`: bodies that get an id of the server's, in order. */
  | { readonly kind: 'written'; readonly status: number; readonly shown: readonly Plain[]; readonly made: readonly Plain[]; readonly put?: Plain; readonly removed?: string }

const typeOfKey = (key: string): Type => typeOf({ resourceType: key.slice(0, key.indexOf('/')) })

/** Old content has no search rows: scopes with search parameters show what is alive today, and fits; those about a patient what stood in the record. */
const bounded = ({ world, rules, actor }: Asked, key: string, version: Version | undefined): Version | undefined => {
  const limit = rules.limit(actor, 'r', typeOfKey(key))
  return limit === undefined || (version !== undefined && !version.deleted && limit(version.body, version !== world.versionsOf(key).at(-1))) ? version : undefined
}

const loaded = (asked: Asked, key: string, stored: Version | undefined): Expected => {
  const { rules, actor } = asked
  const type = typeOfKey(key)
  const version = bounded(asked, key, stored)
  const verdict = rules.decide(actor, 'read', type, version === undefined ? null : ownerOf(version.body))
  // in a closed type nothing tells whether the id is known; in an open one nothing is there
  if (version === undefined) return verdict === 'forbidden' && rules.reach(actor, 'search', type) === 'none' ? FORBIDDEN : refused(404, 'not-found')
  return firstNo([verdict]) ?? (version.deleted ? refused(410, 'deleted') : { kind: 'body', shown: version.body })
}

const history = (asked: Asked, key: string): Expected => {
  const { world, rules, actor } = asked
  const limited = rules.limit(actor, 'r', typeOfKey(key)) !== undefined
  const versions = limited ? [bounded(asked, key, world.versionsOf(key).at(-1)) ?? []].flat() : world.versionsOf(key)
  if (versions.length === 0) return rules.reach(actor, 'search', typeOfKey(key)) === 'none' ? FORBIDDEN : refused(404, 'not-found')
  return firstNo(versions.map(({ body }) => rules.decide(actor, 'read', typeOfKey(key), ownerOf(body)))) ?? { kind: 'versions', versions, of: 'instance' }
}

/** Judged once for each resource, as of one instant. */
const once = (judge: (resource: Plain) => boolean): ((resource: Plain) => boolean) => {
  const known = new Map<Plain, boolean>()
  return (resource) => {
    const verdict = known.get(resource) ?? judge(resource)
    known.set(resource, verdict)
    return verdict
  }
}

const search = ({ world, rules, actor }: Asked, asked: Search): Expected => {
  const [type = 'Patient', more] = asked.types
  if (asked.types.some((each) => rules.reach(actor, 'search', each) === 'none' || (more !== undefined && rules.reach(actor, 'search', each) !== 'site'))) return FORBIDDEN
  // what contains others is seen as a search in its own type would show it
  const sees = once(asked.inside ? (resource) => rules.reach(actor, 'search', typeOf(resource)) !== 'none' && rules.sight(actor, typeOf(resource))(resource) : rules.sight(actor, more === undefined ? type : 'several'))
  return { kind: 'search', search: asked, sees, matches: findMatches(world, sees, asked) }
}

/** The Patient of a record that is asked for as a whole, or the refusal. */
const headOf = (asked: Asked, patient: string): Expected => {
  const { world, rules, actor } = asked
  const no = actor.kind === 'system' ? undefined : firstNo([rules.decide(actor, 'search', 'Encounter', patient)])
  return no ?? loaded(asked, `Patient/${patient}`, world.versionsOf(`Patient/${patient}`).at(-1))
}

const everything = (asked: Asked, patient: string): Expected => {
  const { world, rules, actor } = asked
  const key = `Patient/${patient}`
  const head = headOf(asked, patient)
  if (head.kind !== 'body') return head
  const sees = (resource: Plain): boolean => rules.reach(actor, 'search', typeOf(resource)) !== 'none' && rules.sight(actor, typeOf(resource))(resource)
  const inRecord = (resource: Plain): boolean => ownerOf(resource) === patient || (COMPARTMENTS.Patient[typeOf(resource)] ?? []).some((code) => referencesOf(resource, code).includes(key))
  const matches = [head.shown, ...world.all().filter((resource) => keyOf(resource) !== key && inRecord(resource) && sees(resource))]
  const references = new Set(matches.flatMap(allReferences))
  return { kind: 'everything', matches, referred: world.all().filter((resource) => references.has(keyOf(resource)) && ownerOf(resource) === null && sees(resource)) }
}

/** Who is likely is the product's to weigh: the model says whom it may show, and that somebody with the same number and name whom the caller sees is among them. */
const match = ({ world, rules, actor }: Asked, like: Plain): Expected => {
  if (rules.reach(actor, 'search', 'Patient') === 'none') return FORBIDDEN
  const possible = world.ofType('Patient').filter(rules.sight(actor, 'Patient'))
  return { kind: 'match', possible, certain: possible.filter((each) => keyOf(each) === keyOf(like)) }
}

/** What is in a summary is the product's to choose, of what a search would show: of the record, and of what that refers to. */
const summary = (asked: Asked, patient: string): Expected => {
  const { world, rules, actor } = asked
  const head = headOf(asked, patient)
  if (head.kind !== 'body') return head
  return { kind: 'summary', head: head.shown, possible: world.all().filter((resource) => rules.reach(actor, 'search', typeOf(resource)) !== 'none' && rules.sight(actor, typeOf(resource))(resource)) }
}

/** Of what a search would show. */
const stats = ({ world, rules, actor }: Asked, { patient, code }: Extract<Request, { kind: 'stats' }>): Expected => {
  if (rules.reach(actor, 'search', 'Observation') === 'none') return FORBIDDEN
  return { kind: 'stats', matches: world.ofType('Observation').filter(rules.sight(actor, 'Observation')).filter((each) => referencesOf(each, 'subject').includes(`Patient/${patient}`) && valuesOf(each, 'code').map(tokenOf).some((token) => token.code === code)) }
}

/** Each side is read. */
const diff = (asked: Asked, { from, to }: Extract<Request, { kind: 'diff' }>): Expected => {
  const sides = [from, to].map((key) => loaded(asked, key, asked.world.versionsOf(key).at(-1)))
  return sides.find((side) => side.kind !== 'body') ?? { kind: 'diff', shown: sides.flatMap((side) => (side.kind === 'body' ? [side.shown] : [])) }
}

/** A transaction sees what its caller does not: a person searches outside of it, and so does who sees a type by care relations alone. */
export const expectedInside = (asked: Asked, request: Extract<Request, { kind: 'search' | 'read' }>): Expected => {
  const { rules, actor } = asked
  return request.kind === 'search' && (actor.kind === 'person' || request.search.types.some((type) => rules.reach(actor, 'search', type) !== 'site')) ? FORBIDDEN : expectedOf(asked, request)
}

const lastn = ({ world, rules, actor }: Asked, { patient, codes, max }: Extract<Request, { kind: 'lastn' }>): Expected => {
  if (rules.reach(actor, 'search', 'Observation') === 'none') return FORBIDDEN
  const sees = rules.sight(actor, 'Observation')
  const groups = [...new Set(codes)].map((code) => {
    const found = world.ofType('Observation').filter((each) => sees(each) && referencesOf(each, 'patient').includes(`Patient/${patient}`) && valuesOf(each, 'code').map(tokenOf).some((token) => `${token.system}|${token.code}` === code))
    const dated = found.filter((each) => each.effectiveDateTime !== undefined).toSorted((one, other) => (String(one.effectiveDateTime) < String(other.effectiveDateTime) ? 1 : -1))
    const last = dated[max - 1]
    // what is of the same time as the last one comes too
    const certain = last === undefined ? dated : dated.filter((each) => String(each.effectiveDateTime) >= String(last.effectiveDateTime))
    return { certain, possible: found, count: last === undefined ? Math.min(max, found.length) : certain.length }
  })
  return { kind: 'lastn', groups }
}

/** What is hidden by the limits of scopes is refused as a target as if it were not there, but for what the stored version refers to already, and for itself: that is there once it is written. */
const danglingIn = ({ world, rules, actor }: Asked, body: Plain, current?: Plain): Refusal | undefined => {
  const said = [keyOf(body), ...allReferences(current)]
  return allReferences(body).some((key) => !said.includes(key) && rules.hides(actor, typeOfKey(key), world.find(key))) ? refused(422, 'dangling-reference') : undefined
}

/** Under scopes with search parameters what is stored and what comes in its place must both fit; an update does not create. */
const unbounded = ({ world, rules, actor }: Asked, doing: 'create' | 'update' | 'delete', body: Pick<Plain, 'resourceType' | 'id'> & Partial<Plain>): Refusal | undefined => {
  const type = typeOf(body)
  const current = doing === 'create' ? undefined : world.find(keyOf(body))
  const [c, bound] = [rules.limit(actor, 'c', type), rules.limit(actor, doing === 'create' ? 'c' : doing === 'update' ? 'u' : 'd', type)]
  const fits = doing === 'create' ? bound?.(body) ?? true
    : current === undefined ? bound === undefined && (doing === 'delete' || c === undefined)
      : bound === undefined || (bound(current) && (doing === 'delete' || bound(body)))
  return fits ? undefined : FORBIDDEN
}

/** An update asks for the record where the resource stands, and for the one where it would stand. */
const update = (asked: Asked, body: Plain): Expected => {
  const { world, rules, actor } = asked
  const current = world.find(keyOf(body))
  const doing: Doing = current === undefined ? 'create' : 'update'
  const owners = [ownerOf(body), ...(current === undefined ? [] : [ownerOf(current)])]
  return firstNo(owners.map((owner) => rules.decide(actor, doing, typeOf(body), owner))) ?? unbounded(asked, 'update', body) ?? danglingIn(asked, body, current) ?? { kind: 'written', status: current === undefined ? 201 : 200, shown: [body], made: [], put: body }
}

/** A patch is a read, and then an update. */
const patch = (asked: Asked, body: Plain): Expected => {
  const read = loaded(asked, keyOf(body), asked.world.versionsOf(keyOf(body)).at(-1))
  if (read.kind !== 'body') return read
  const expected = update(asked, body)
  return expected.kind === 'written' ? { ...expected, status: 200 } : expected
}

const create = (asked: Asked, bodies: readonly Plain[], status = 201): Expected =>
  firstNo(bodies.map((body) => asked.rules.decide(asked.actor, 'create', typeOf(body), ownerOf(body)))) ?? bodies.map((body) => unbounded(asked, 'create', body)).find((no) => no !== undefined) ?? bodies.map((body) => danglingIn(asked, body)).find((no) => no !== undefined) ?? { kind: 'written', status, shown: bodies, made: bodies }

const remove = (asked: Asked, key: string): Expected => {
  const { world, rules, actor } = asked
  const current = world.find(key)
  const [resourceType = '', id = ''] = key.split('/')
  return firstNo([rules.decide(actor, 'delete', typeOfKey(key), current === undefined ? null : ownerOf(current))]) ?? unbounded(asked, 'delete', { resourceType, id }) ?? { kind: 'written', status: 204, shown: [], made: [], ...(current !== undefined && { removed: key }) }
}

/** A condition is a search by the caller; persons have none. */
const conditional = (asked: Asked, request: Extract<Request, { kind: 'create-if-none' | 'update-if' | 'delete-if' }>): Expected => {
  const { actor, rules, world } = asked
  const { type } = request
  if (actor.kind === 'person' || rules.reach(actor, 'search', type) === 'none') return FORBIDDEN
  const [found, more] = findMatches(world, rules.sight(actor, type), { types: [type], clauses: [request.clause], includes: [], sorts: [], total: false, countOnly: false, post: false })
  if (more !== undefined) return refused(412, 'multiple-matches')
  if (request.kind === 'delete-if') return found === undefined ? { kind: 'written', status: 204, shown: [], made: [] } : remove(asked, keyOf(found))
  if (found === undefined) return create(asked, [request.body])
  if (request.kind === 'update-if') return update(asked, { ...request.body, id: found.id })
  return firstNo([rules.decide(actor, 'read', type, ownerOf(found))]) ?? { kind: 'written', status: 200, shown: [found], made: [] }
}

export const expectedOf = (asked: Asked, request: Exclude<Request, { kind: 'batch' | 'transaction-reads' | 'export' }>): Expected => {
  const { world, rules, actor } = asked
  switch (request.kind) {
    case 'search': return search(asked, request.search)
    case 'read': return loaded(asked, request.key, world.versionsOf(request.key).at(-1))
    case 'vread': return loaded(asked, request.key, world.versionsOf(request.key)[request.version - 1])
    case 'meta': {
      const versions = world.versionsOf(request.key)
      const version = request.version ?? versions.length
      const read = loaded(asked, request.key, versions[version - 1])
      return read.kind === 'body' ? { kind: 'meta', version } : read
    }
    case 'history': return history(asked, request.key)
    case 'history-type': {
      if (rules.reach(actor, 'history-type', request.type) !== 'site') return FORBIDDEN
      const sees = rules.sight(actor, request.type)
      const limited = rules.limitOfSight(actor, request.type) !== undefined
      return { kind: 'versions', of: request.count ? 'count' : 'type', versions: world.keys().filter((key) => typeOfKey(key) === request.type).flatMap((key) => (limited ? world.versionsOf(key).slice(-1).filter(({ deleted }) => !deleted) : world.versionsOf(key))).filter(({ body }) => sees(body)) }
    }
    case 'history-system': {
      // only types that the model knows are stored, but the right is that of all types
      if (actor.kind !== 'system' || !actor.scopes.some((scope) => /^system\/\*\.[a-z]*s$/.test(scope))) return FORBIDDEN
      const limited = (type: Type): boolean => rules.limitOfSight(actor, type) !== undefined
      return { kind: 'versions', of: request.count ? 'count' : 'type', versions: world.keys().flatMap((key) => (limited(typeOfKey(key)) ? world.versionsOf(key).slice(-1).filter(({ deleted }) => !deleted) : world.versionsOf(key))).filter(({ body }) => rules.sight(actor, 'several')(body)) }
    }
    case 'graphql': {
      const found = findGraph(world, rules, actor, request.query)
      return found === undefined ? FORBIDDEN : { kind: 'graph', query: request.query, ...found }
    }
    case 'patch': return patch(asked, request.body)
    case 'document': {
      const head = loaded(asked, request.key, world.versionsOf(request.key).at(-1))
      return head.kind === 'body' ? documentOf(asked, head.shown) : head
    }
    case 'everything': return everything(asked, request.patient)
    case 'match': return match(asked, request.like)
    case 'summary': return summary(asked, request.patient)
    case 'stats': return stats(asked, request)
    case 'diff': return diff(asked, request)
    case 'lastn': return lastn(asked, request)
    case 'create': return create(asked, [request.body])
    case 'update': return update(asked, request.body)
    case 'delete': return remove(asked, request.key)
    case 'transaction': return create(asked, request.bodies, 200)
    case 'create-if-none': case 'update-if': case 'delete-if': return conditional(asked, request)
  }
}

