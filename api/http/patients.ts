/** Finding persons: the likely duplicates of a form being filled in, and the one box that takes a scanned card, a number or a name without accents. */
import { z } from 'zod'
import { fold } from '../model/fold.ts'
import type { AuditLog, Caller, ResourceStore } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import type { PatientMatch } from '../model/site.ts'
import { narrow, rolesFor } from '../security/policy.ts'
import { parseInput, queryObject } from './input.ts'
import { inOrder, readQuery, toMatch, type Wanted } from './patient-matching.ts'
import { json, type GuardedRequest, type Route } from './route.ts'

export interface PatientDeps { readonly store: ResourceStore; readonly audit: AuditLog }

const MOST = 20

const MatchQuery = z.object({
  identifier: z.string().max(200).default(''),
  name: z.string().max(200).default(''),
  birthDate: z.string().regex(/^(\d{4}(-\d{2}(-\d{2})?)?)?$/).default(''),
})
const FindQuery = z.object({ q: z.string().max(500).default('') })

/** Commas, bars and backslashes part values in a search (http://hl7.org/fhir/R4/search.html#escaping). */
const escape = (value: string): string => value.replace(/[\\,|$]/g, (found) => `\\${found}`)

const search = async (store: ResourceStore, caller: Caller, parameters: readonly (readonly [string, string])[]): Promise<readonly StoredVersion[]> =>
  (await store.search(caller, { type: 'Patient', parameters: [...parameters, ['_count', String(MOST)]], strict: true })).matches

const findMatches = async ({ store, audit }: PatientDeps, given: Caller, wanted: Wanted): Promise<PatientMatch[]> => {
  const caller = narrow(given, 'search-type', 'Patient')
  const words = fold(wanted.name).split(' ').filter((word) => word !== '')
  const numbers = wanted.identifiers.filter((number) => number !== '')
  const names = words.map((word): [string, string] => ['name', escape(word)])
  const found = await Promise.all([
    ...(numbers.length > 0 ? [search(store, caller, [['identifier', numbers.map(escape).join(',')]])] : []),
    ...(words.length > 0 && wanted.birthDate !== '' ? [search(store, caller, [...names, ['birthdate', wanted.birthDate]])] : []),
    ...(words.length > 0 && words.join('').length >= 2 ? [search(store, caller, names)] : []),
  ])
  const unique = new Map(found.flat().map((stored) => [stored.id, stored]))
  const matches = inOrder([...unique.values()].flatMap((stored) => toMatch(stored, wanted) ?? [])).slice(0, MOST)
  // By what was asked, never the values: those are in nobody's business but the answer's.
  const asked = [...(numbers.length > 0 ? ['identifier'] : []), ...(words.length > 0 ? ['name'] : []), ...(wanted.birthDate === '' ? [] : ['birthdate'])]
  await audit.record(caller, { action: 'E', interaction: 'search-type', type: 'Patient', outcome: 'success', detail: `${asked.join('&')} -> ${matches.length}` })
  return matches
}

/** GET /api/patients/matches?identifier=&name=&birthDate= ; GET /api/patients?q= -> PatientMatch[] */
export const patientRoutes = (deps: PatientDeps): Route[] => [
  {
    method: 'GET', url: '/api/patients/matches', site: 'hospital', access: { roles: rolesFor('patient.find') },
    handler: async (request: GuardedRequest) => {
      const query = parseInput(MatchQuery, queryObject(request))
      const identifiers = query.identifier.split(',').map((number) => number.trim()).filter((number) => number !== '')
      if (identifiers.length === 0 && fold(query.name) === '') return json(200, [])
      return json(200, await findMatches(deps, request.caller, { identifiers, name: query.name, birthDate: query.birthDate }))
    },
  },
  {
    method: 'GET', url: '/api/patients', site: 'hospital', access: { roles: rolesFor('patient.find') },
    handler: async (request: GuardedRequest) => {
      const { q } = parseInput(FindQuery, queryObject(request))
      return json(200, q.trim() === '' ? [] : await findMatches(deps, request.caller, readQuery(q)))
    },
  },
]
