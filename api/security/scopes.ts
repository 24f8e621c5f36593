/**
 * The scopes of system clients and of apps of persons: SMART v2, with search parameters, and v1 in its meaning of v2
 * (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html). Several are united. Pure.
 */
import type { Granted, PersonApp, SystemClient } from '../model/actor.ts'
import type { Visibility } from '../model/ports.ts'
import type { Limit, LimitTest } from '../model/scope-limit.ts'
import { APP_LEVELS, parseScope, type Scope, type ScopeLevel } from '../model/scope.ts'
import { groupOf } from './compartment.ts'

/** Makes tests of the parameters of a scope; undefined: it cannot be limited so. */
export type ReadTests = (type: string, parameters: Scope['parameters']) => readonly LimitTest[] | undefined

const SYSTEM: readonly ScopeLevel[] = ['system']

/** Tests of those scopes that have parameters; undefined when none has. */
export const testsOf = (scopes: readonly string[], read: ReadTests, levels: readonly ScopeLevel[] = SYSTEM): Granted['tests'] => {
  const limited = scopes.flatMap((text) => {
    const scope = parseScope(text, levels)
    return scope === undefined || scope.parameters.length === 0 ? [] : [{ text, scope }]
  })
  if (limited.length === 0) return undefined
  return Object.fromEntries(limited.flatMap(({ text, scope }) => {
    const tests = read(scope.type, scope.parameters)
    return tests === undefined ? [] : [[text, tests] as const]
  }))
}

const covers = (held: Scope, type: string): boolean => held.type === '*' || held.type === type

/** The parameters of the scope held are all among those asked for: these only narrow it further. */
const holdsLess = (asked: Scope, held: Scope): boolean => held.parameters.every(([name, value]) => asked.parameters.some((other) => other[0] === name && other[1] === value))

/**
 * Of the scopes asked for, those that the client holds; asking for none means all of them. A wildcard held covers a type asked for, a scope without parameters
 * one with them; of a level it holds none at another. What cannot be judged is not granted.
 */
export const grantScopes = (held: readonly string[], asked: readonly string[], read: ReadTests, levels: readonly ScopeLevel[] = SYSTEM): string[] => {
  const usable = (text: string): boolean => {
    const scope = parseScope(text, levels)
    return scope !== undefined && (scope.parameters.length === 0 || read(scope.type, scope.parameters) !== undefined)
  }
  const grants = held.flatMap((text) => (usable(text) ? parseScope(text, levels) ?? [] : []))
  if (asked.length === 0) return held.filter(usable)
  return [...new Set(asked)].filter((text) => {
    const scope = parseScope(text, levels)
    return scope !== undefined && usable(text)
      && [...scope.rights].every((letter) => grants.some((grant) => grant.level === scope.level && covers(grant, scope.type) && grant.rights.includes(letter) && holdsLess(scope, grant)))
  })
}

/** Groups of types that are nobody's record. */
const NOBODYS: ReadonlySet<string> = new Set(['directory', 'terminology', 'audit'])

/** What scopes about one patient can be about. A second patient is never part of the first one's record. */
const isOfPatient = (type: string, letter: string): boolean => {
  const group = groupOf(type)
  return group !== undefined && !NOBODYS.has(group) && !(type === 'Patient' && letter === 'c')
}

/** `tests` undefined: all that the type has. */
interface Held { readonly scope: Scope; readonly tests: readonly LimitTest[] | undefined }

/** Scopes that open anything; those whose parameters have no tests do not, nor those about one patient when there is none. */
const heldBy = (granted: SystemClient | PersonApp): Held[] => granted.scopes.flatMap((text): Held[] => {
  const scope = parseScope(text, 'kind' in granted ? SYSTEM : APP_LEVELS)
  if (scope === undefined) return []
  const own = scope.parameters.length === 0 ? [] : granted.tests !== undefined && Object.hasOwn(granted.tests, text) ? granted.tests[text] : undefined
  if (own === undefined) return []
  if (scope.level !== 'patient') return [{ scope, tests: scope.parameters.length === 0 ? undefined : own }]
  const patient = 'kind' in granted ? undefined : granted.patient
  return patient === undefined || patient === '' ? [] : [{ scope, tests: [{ patient }, ...own] }]
})

const allows = ({ scope }: Held, letter: string, type: string): boolean => covers(scope, type) && scope.rights.includes(letter) && (scope.level !== 'patient' || isOfPatient(type, letter))

export const scopesAllow = (granted: SystemClient | PersonApp, letter: string, type: string): boolean => heldBy(granted).some((held) => allows(held, letter, type))

const limitIn = (all: readonly Held[], letter: string, type: string): Limit | undefined => {
  const held = all.filter((each) => allows(each, letter, type))
  return held.some(({ tests }) => tests === undefined) ? undefined : { type, any: held.flatMap(({ tests }) => (tests === undefined ? [] : [tests])) }
}

/** What is left of the type for the right; undefined: all of it. */
export const limitOf = (granted: SystemClient | PersonApp, letter: string, type: string): Limit | undefined => limitIn(heldBy(granted), letter, type)

/** What a client sees of the types that it may search or read: what their limits leave for searching them, or where it may not for reading them. */
export const systemVisibility = (client: SystemClient): Visibility => {
  const readable = heldBy(client).filter(({ scope }) => /[rs]/.test(scope.rights))
  const types = readable.some(({ scope }) => scope.type === '*') ? undefined : [...new Set(readable.map(({ scope }) => scope.type))]
  const limits = client.tests === undefined ? [] : [...new Set(readable.map(({ scope }) => scope.type))].filter((type) => type !== '*').flatMap((type) => {
    const letter = readable.some(({ scope }) => covers(scope, type) && scope.rights.includes('s')) ? 's' : 'r'
    return limitOf(client, letter, type) ?? []
  })
  return { kind: 'all', ...(types !== undefined && { types }), ...(limits.length > 0 && { limits }) }
}

/** Of the types that the person sees, those that the app may search or read, and what is left of each. */
export const appSight = (app: PersonApp, types: readonly string[]): { readonly types: readonly string[]; readonly limits?: readonly Limit[] } => {
  const all = heldBy(app)
  const seen = types.flatMap((type) => {
    const letter = ['s', 'r'].find((each) => all.some((held) => allows(held, each, type)))
    return letter === undefined ? [] : [{ type, limit: limitIn(all, letter, type) }]
  })
  const limits = seen.flatMap(({ limit }) => limit ?? [])
  return { types: seen.map(({ type }) => type), ...(limits.length > 0 && { limits }) }
}

/** Whether some scope leaves less than the whole of a type. */
export const isBounded = (granted: SystemClient | PersonApp): boolean =>
  granted.tests !== undefined || (!('kind' in granted) && granted.scopes.some((text) => parseScope(text, ['patient']) !== undefined))
