/**
 * The scopes of system clients: SMART v2, with search parameters, and v1 in its meaning of v2
 * (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html). Several are united. Pure.
 */
import type { SystemClient } from '../model/actor.ts'
import type { Visibility } from '../model/ports.ts'
import type { Limit, LimitTest } from '../model/scope-limit.ts'
import { parseScope, type Scope } from '../model/scope.ts'

/** Makes tests of the parameters of a scope; undefined: it cannot be limited so. */
export type ReadTests = (type: string, parameters: Scope['parameters']) => readonly LimitTest[] | undefined

/** Tests of those scopes that have parameters; undefined when none has. */
export const testsOf = (scopes: readonly string[], read: ReadTests): SystemClient['tests'] => {
  const limited = scopes.flatMap((text) => {
    const scope = parseScope(text)
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
 * one with them. What cannot be judged is not granted.
 */
export const grantScopes = (held: readonly string[], asked: readonly string[], read: ReadTests): string[] => {
  const usable = (text: string): boolean => {
    const scope = parseScope(text)
    return scope !== undefined && (scope.parameters.length === 0 || read(scope.type, scope.parameters) !== undefined)
  }
  const grants = held.flatMap((text) => (usable(text) ? parseScope(text) ?? [] : []))
  if (asked.length === 0) return held.filter(usable)
  return [...new Set(asked)].filter((text) => {
    const scope = parseScope(text)
    return scope !== undefined && usable(text) && [...scope.rights].every((letter) => grants.some((grant) => covers(grant, scope.type) && grant.rights.includes(letter) && holdsLess(scope, grant)))
  })
}

interface Held { readonly scope: Scope; readonly tests: readonly LimitTest[] | undefined }

/** Scopes that open anything; those whose parameters have no tests do not. */
const heldBy = ({ scopes, tests }: SystemClient): Held[] => scopes.flatMap((text): Held[] => {
  const scope = parseScope(text)
  if (scope === undefined) return []
  if (scope.parameters.length === 0) return [{ scope, tests: undefined }]
  const own = tests !== undefined && Object.hasOwn(tests, text) ? tests[text] : undefined
  return own === undefined ? [] : [{ scope, tests: own }]
})

export const scopesAllow = (client: SystemClient, letter: string, type: string): boolean => heldBy(client).some(({ scope }) => covers(scope, type) && scope.rights.includes(letter))

/** What is left of the type for the right; undefined: all of it. */
export const limitOf = (client: SystemClient, letter: string, type: string): Limit | undefined => {
  const held = heldBy(client).filter(({ scope }) => covers(scope, type) && scope.rights.includes(letter))
  return held.some(({ tests }) => tests === undefined) ? undefined : { type, any: held.flatMap(({ tests }) => (tests === undefined ? [] : [tests])) }
}

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
