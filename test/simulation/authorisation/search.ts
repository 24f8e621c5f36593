/** Searches as data, and what the model finds by them: evaluated resource by resource over what the caller's sight leaves (http://hl7.org/fhir/R4/search.html). */
import { COMPARTMENTS, containedIn, insideOf, keyOf, parameterOf, PARAMETERS, referenceCodes, referencesOf, textOf, tokenOf, typeOf, TYPES, valuesOf, type Plain, type Type } from './facts.ts'
import type { World } from './world.ts'

export type Clause =
  | { readonly kind: 'match'; readonly code: string; readonly modifier?: 'not' | 'missing'; readonly values: readonly string[] }
  /** code-value-quantity of Observation. */
  | { readonly kind: 'composite'; readonly code: string; readonly prefix: string; readonly value: number }
  /** _filter: any of these, or none. */
  | { readonly kind: 'filter'; readonly any: readonly { readonly code: string; readonly value: string }[]; readonly not: boolean }
  | { readonly kind: 'id'; readonly ids: readonly string[] }
  | { readonly kind: 'list'; readonly id: string }
  | { readonly kind: 'chain'; readonly code: string; readonly target: Type; readonly inner: Clause }
  | { readonly kind: 'has'; readonly source: Type; readonly link: string; readonly inner: Clause }

export interface Include { readonly reverse: boolean; readonly iterate: boolean; readonly source?: Type; readonly code?: string; readonly target?: Type }

export interface Search {
  /** Several types are searched by _type, in the whole site. */
  readonly types: readonly Type[]
  readonly compartment?: { readonly type: 'Patient' | 'Encounter'; readonly id: string }
  readonly clauses: readonly Clause[]
  readonly includes: readonly Include[]
  readonly sorts: readonly { readonly code: string; readonly descending: boolean }[]
  readonly count?: number
  readonly total: boolean
  readonly countOnly: boolean
  readonly post: boolean
  /** _contained=true: what contains one that meets the clauses. */
  readonly inside?: true
}

const pairOf = (clause: Clause): [string, string] => {
  switch (clause.kind) {
    case 'match': return [clause.modifier === undefined ? clause.code : `${clause.code}:${clause.modifier}`, clause.values.join(',')]
    case 'composite': return ['code-value-quantity', `${clause.code}$${clause.prefix}${clause.value}`]
    case 'filter': {
      const any = clause.any.map(({ code, value }) => `${code} eq ${value}`).join(' or ')
      return ['_filter', clause.not ? `not (${any})` : any]
    }
    case 'id': return ['_id', clause.ids.join(',')]
    case 'list': return ['_list', clause.id]
    case 'chain': {
      const [name, value] = pairOf(clause.inner)
      return [`${clause.code}:${clause.target}.${name}`, value]
    }
    case 'has': {
      const [name, value] = pairOf(clause.inner)
      return [`_has:${clause.source}:${clause.link}:${name}`, value]
    }
  }
}

const includeText = ({ source, code, target }: Include): string => (source === undefined ? '*' : `${source}:${code ?? '*'}${target === undefined ? '' : `:${target}`}`)

export const pairsOf = (search: Search): [string, string][] => [
  ...(search.types.length > 1 ? [['_type', search.types.join(',')] satisfies [string, string]] : []),
  ...search.clauses.map(pairOf),
  ...search.includes.map((include): [string, string] => [`_${include.reverse ? 'rev' : ''}include${include.iterate ? ':iterate' : ''}`, includeText(include)]),
  ...(search.sorts.length === 0 ? [] : [['_sort', search.sorts.map(({ code, descending }) => `${descending ? '-' : ''}${code}`).join(',')] satisfies [string, string]]),
  ...(search.inside ? [['_contained', 'true'] satisfies [string, string]] : []),
  ['_count', String(search.count ?? 1000)],
  ...(search.total ? [['_total', 'accurate'] satisfies [string, string]] : []),
  ...(search.countOnly ? [['_summary', 'count'] satisfies [string, string]] : []),
]

const dayOf = (value: unknown): string => textOf(value).slice(0, 10)

const compare = (found: number, prefix: string): boolean => (prefix === 'gt' ? found > 0 : prefix === 'lt' ? found < 0 : prefix === 'ge' ? found >= 0 : prefix === 'le' ? found <= 0 : found === 0)

const fits = (resource: Plain, code: string, wanted: string): boolean => {
  const { kind } = parameterOf(typeOf(resource), code)
  const [, prefix = '', rest = ''] = /^(gt|lt|ge|le|eq)?(.*)$/.exec(wanted) ?? []
  switch (kind) {
    case 'token': return valuesOf(resource, code).map(tokenOf).some((token) => (wanted.includes('|') ? `${token.system}|${token.code}` === wanted : token.code === wanted))
    case 'string': return valuesOf(resource, code).some((value) => String(value).startsWith(wanted))
    case 'date': return valuesOf(resource, code).some((value) => compare(dayOf(value).localeCompare(rest), prefix))
    case 'quantity': return valuesOf(resource, code).some((value) => compare(Number(value) - Number(rest), prefix))
    case 'canonical': return valuesOf(resource, code).map(textOf).some((value) => value === wanted || value.split('|')[0] === wanted)
    case 'reference': return referencesOf(resource, code).some((reference) => reference === wanted || reference.slice(reference.indexOf('/') + 1) === wanted)
  }
}

/** What a parameter of the resource leads to: by where it is stored, or by its canonical. */
const targetsOf = (world: World, resource: Plain, code: string): Plain[] => {
  if (parameterOf(typeOf(resource), code).kind === 'reference') return referencesOf(resource, code).flatMap((reference) => world.find(reference) ?? [])
  return valuesOf(resource, code).flatMap((value) => {
    const [url, version] = textOf(value).split('|')
    return world.ofType('Questionnaire').filter((each) => each.url === url && (version === undefined || each.version === version))
  })
}

/** `root`: what contains the resource, where it is contained; it is seen when that is. */
export const passes = (world: World, sees: (resource: Plain) => boolean, resource: Plain, clause: Clause, root = resource): boolean => {
  switch (clause.kind) {
    case 'match': {
      if (clause.modifier === 'missing') return (valuesOf(resource, clause.code).length === 0) === (clause.values[0] === 'true')
      const found = clause.values.some((value) => fits(resource, clause.code, value))
      return clause.modifier === 'not' ? !found : found
    }
    case 'composite': return fits(resource, 'code', clause.code) && fits(resource, 'value-quantity', `${clause.prefix}${clause.value}`)
    case 'filter': return clause.any.some(({ code, value }) => fits(resource, code, value)) !== clause.not
    case 'id': return clause.ids.includes(resource.id)
    case 'list': {
      const list = world.find(`List/${clause.id}`)
      return list !== undefined && sees(list) && referencesOf(list, 'item').includes(keyOf(resource))
    }
    case 'chain': return targetsOf(world, resource, clause.code).some((target) => target.resourceType === clause.target && sees(target) && passes(world, sees, target, clause.inner))
      || insideOf(root, resource, clause.code).some((target) => target.resourceType === clause.target && passes(world, sees, target, clause.inner, root))
    case 'has': return root === resource && world.ofType(clause.source).some((source) => sees(source) && leadsTo(world, source, clause.link, resource) && passes(world, sees, source, clause.inner))
  }
}

const leadsTo = (world: World, source: Plain, code: string, resource: Plain): boolean => targetsOf(world, source, code).some((target) => keyOf(target) === keyOf(resource))

const inCompartment = (resource: Plain, { type, id }: NonNullable<Search['compartment']>): boolean =>
  (type === 'Encounter' && keyOf(resource) === `Encounter/${id}`) || (COMPARTMENTS[type][typeOf(resource)] ?? []).some((code) => referencesOf(resource, code).includes(`${type}/${id}`))

export const findMatches = (world: World, sees: (resource: Plain) => boolean, search: Search): Plain[] =>
  (search.inside ? world.all().filter((resource) => sees(resource) && containedIn(resource).some((each) => search.types.includes(typeOf(each)) && search.clauses.every((clause) => passes(world, sees, each, clause, resource))))
    : findStored(world, sees, search))

const findStored = (world: World, sees: (resource: Plain) => boolean, search: Search): Plain[] =>
  world.all().filter((resource) => search.types.includes(typeOf(resource)) && sees(resource)
    && (search.compartment === undefined || inCompartment(resource, search.compartment)) && search.clauses.every((clause) => passes(world, sees, resource, clause)))

/** Rounds of :iterate behind the first, as the CapabilityStatement says. */
const DEEPEST_ITERATE = 5

interface Reach { readonly included: Plain[]; /** Whether a further round would lead to more, which the server refuses. */ readonly tooDeep: boolean }

/** What comes along with these matches. */
export const findIncluded = (world: World, sees: (resource: Plain) => boolean, includes: readonly Include[], matches: readonly Plain[]): Reach => {
  const seen = new Map(matches.map((resource) => [keyOf(resource), resource]))
  let fresh = [...matches]
  for (let round = 0; fresh.length > 0; round += 1) {
    const active = round === 0 ? includes : includes.filter(({ iterate }) => iterate)
    const found = active.flatMap((include) => fresh.flatMap((resource) => (include.reverse ? referring(world, include, resource) : referred(world, include, resource)))).filter(sees)
    fresh = [...new Map(found.map((resource) => [keyOf(resource), resource])).values()].filter((resource) => !seen.has(keyOf(resource)))
    if (round > DEEPEST_ITERATE && fresh.length > 0) return { included: [], tooDeep: true }
    for (const resource of fresh) seen.set(keyOf(resource), resource)
  }
  return { included: [...seen.values()].slice(matches.length), tooDeep: false }
}

const codesOf = ({ code }: Include, type: Type): string[] => (code === undefined ? referenceCodes(type) : code in PARAMETERS[type] ? [code] : [])

const referred = (world: World, include: Include, resource: Plain): Plain[] => {
  const type = typeOf(resource)
  if (include.source !== undefined && include.source !== type) return []
  return codesOf(include, type).flatMap((code) => targetsOf(world, resource, code)).filter(({ resourceType }) => (include.target ?? resourceType) === resourceType)
}

const referring = (world: World, include: Include, resource: Plain): Plain[] => {
  if ((include.target ?? resource.resourceType) !== resource.resourceType) return []
  return (include.source === undefined ? TYPES : [include.source]).flatMap((type) => world.ofType(type).filter((source) => codesOf(include, type).some((code) => leadsTo(world, source, code, resource))))
}

/** Undefined stands last in either direction. */
const sortKey = (resource: Plain, code: string): string | number | undefined => {
  if (code === '_id') return resource.id
  const [value] = valuesOf(resource, code)
  if (value === undefined) return undefined
  const { kind } = parameterOf(typeOf(resource), code)
  return kind === 'quantity' ? Number(value) : textOf(value)
}

/** Whether these stand in the order that was asked for; what has equal keys may stand either way. */
export const isOrdered = (resources: readonly Plain[], sorts: Search['sorts']): boolean => resources.every((resource, at) => {
  const before = resources[at - 1]
  if (before === undefined) return true
  for (const { code, descending } of sorts) {
    const [one, other] = [sortKey(before, code), sortKey(resource, code)]
    if (one === other) continue
    if (one === undefined || other === undefined) return other === undefined
    return descending ? one > other : one < other
  }
  return true
})
