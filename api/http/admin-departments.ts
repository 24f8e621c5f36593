/** Departments with their rooms and beds, kept as Organization and Location (https://hl7.org/fhir/R4/location.html). What is closed stays, for the records that name it. */
import type { Location, Organization } from '@medplum/fhirtypes'
import { z } from 'zod'
import { dayIn } from '../model/day.ts'
import { fromDepartment, fromPlace, toDepartment } from '../model/hospital.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock, IdSource, ResourceStore, StoreTransaction, Terminology, Validator, Write } from '../model/ports.ts'
import { ID_PATTERN, toTyped, type StoredVersion } from '../model/resource.ts'
import type { Department } from '../model/site.ts'
import { CODE_SYSTEM, HOSPITAL_ID, PROFILE } from '../model/systems.ts'
import { rolesFor } from '../security/policy.ts'
import { requireProfile } from './admin-hospital.ts'
import { parseInput, requireParam } from './input.ts'
import { overlay } from './overlay.ts'
import { json, type GuardedRequest, type Route } from './route.ts'
import { line } from './text.ts'

export interface AdminDepartmentDeps {
  readonly store: ResourceStore
  readonly validator: Validator
  readonly terminology: Terminology
  readonly clock: Clock
  readonly ids: IdSource
  readonly timeZone: string
}

const Id = z.string().regex(ID_PATTERN)
const filled = (max: number) => line(max).refine((value) => value !== '', 'must not be empty')
const name = filled(200)
const Place = z.object({ id: Id.optional(), name })
const Input = z.object({
  code: filled(20), name, kind: z.enum(['clinic', 'ward', 'paraclinical', 'office']), active: z.boolean().default(true),
  officialCode: line(20).optional(),
  rooms: z.array(Place.extend({ beds: z.array(Place).max(200).default([]) })).max(200).default([]),
})
const Change = Input.extend({ version: z.number().int().min(1) })

export type DepartmentInput = z.infer<typeof Input>

type Placed = Parameters<typeof fromPlace>[0]

/** Rooms and beds as wanted, those without id as new ones. */
const placesOf = (department: string, input: DepartmentInput, ids: IdSource): Placed[] =>
  input.rooms.flatMap((room): Placed[] => {
    const id = room.id ?? ids.uuid()
    return [
      { id, name: room.name, type: 'ro', department, active: true },
      ...room.beds.map((bed): Placed => ({ id: bed.id ?? ids.uuid(), name: bed.name, type: 'bd', department, room: id, active: true })),
    ]
  })

/** Locations of all departments, or of one. */
const readLocations = async (search: StoreTransaction['search'], department?: string): Promise<readonly StoredVersion[]> => {
  const found: StoredVersion[] = []
  let next: string | undefined
  do {
    const page = await search({
      type: 'Location', strict: true,
      parameters: [...(department === undefined ? [] : [['organization', `Organization/${department}`] as const]), ['_count', '1000'], ...(next === undefined ? [] : [['_cursor', next] as const])],
    })
    found.push(...page.matches)
    next = page.next
  } while (next !== undefined)
  return found
}

const isOwn = (stored: StoredVersion, department: string): boolean => toTyped<Location>(stored).managingOrganization?.reference === `Organization/${department}`

/** Creates the department, or changes it when `expected` is what stands (0: not there yet). Throws version-conflict, code-invalid, not-found. */
export const saveDepartment = async (deps: AdminDepartmentDeps, caller: Caller, id: string, input: DepartmentInput, expected: number): Promise<Department> => {
  const official = input.officialCode === undefined || input.officialCode === '' ? undefined
    : await deps.terminology.lookup(CODE_SYSTEM.departments, input.officialCode, dayIn(deps.clock.now(), deps.timeZone))
  if (official === undefined && input.officialCode !== undefined && input.officialCode !== '') throw outcome('code-invalid', { expression: 'officialCode' })
  const built = fromDepartment({ id, ...input }, official && { version: official.version, code: official.code, display: official.display })
  requireProfile(deps.validator, built, PROFILE.department)
  return deps.store.transact(caller, async (tx) => {
    const stored = await tx.read({ type: 'Organization', id })
    if (expected > 0 && (stored === undefined || stored.deleted || id === HOSPITAL_ID)) throw outcome('not-found')
    const before = (await readLocations((request) => tx.search(request), id)).filter((location) => isOwn(location, id))
    const known = new Map(before.map((location) => [location.id, location]))
    const wanted = placesOf(id, input, deps.ids)
    const stranger = [...input.rooms, ...input.rooms.flatMap((room) => room.beds)].find((place) => place.id !== undefined && !known.has(place.id))
    if (stranger !== undefined && expected > 0) throw outcome('dangling-reference', { expression: 'rooms', diagnostics: `Location/${stranger.id} is not of this department.` })
    const kept = new Set(wanted.map((place) => place.id))
    const closed = before.filter((location) => !kept.has(location.id) && toTyped<Location>(location).status !== 'inactive')
    const writes: Write[] = [
      { op: 'update', key: { type: 'Organization', id }, resource: overlay(stored?.body, built), expected },
      ...wanted.map((place): Write => toWrite(place.id, known.get(place.id), fromPlace(place))),
      ...closed.map((location): Write => toWrite(location.id, location, { status: 'inactive' })),
    ]
    for (const place of wanted) requireProfile(deps.validator, fromPlace(place), place.type === 'ro' ? PROFILE.room : PROFILE.bed)
    const [written] = await tx.write(writes)
    if (written === undefined) throw outcome('internal')
    return toDepartment(toTyped<Organization>(written), written.version, wanted.map(fromPlace))
  })
}

const toWrite = (id: string, stored: StoredVersion | undefined, built: object): Write =>
  ({ op: 'update', key: { type: 'Location', id }, resource: overlay(stored?.body, built), expected: stored?.version ?? 0 })

/** In order of code. */
export const listDepartments = async (store: ResourceStore, caller: Caller): Promise<Department[]> => {
  const search: StoreTransaction['search'] = (request) => store.search(caller, request)
  const [organizations, locations] = await Promise.all([
    search({ type: 'Organization', parameters: [['partof', `Organization/${HOSPITAL_ID}`], ['_count', '1000']], strict: true }),
    readLocations(search),
  ])
  const places = locations.map((stored) => toTyped<Location>(stored))
  return organizations.matches.map((stored) => toDepartment(toTyped<Organization>(stored), stored.version, places)).toSorted((a, b) => a.code.localeCompare(b.code, 'vi', { numeric: true }))
}

/** GET /api/departments ; GET, POST /api/admin/departments ; PUT /api/admin/departments/:id */
export const adminDepartmentRoutes = (deps: AdminDepartmentDeps): Route[] => {
  const access = { roles: rolesFor('admin.departments') }
  return [
    {
      method: 'GET', url: '/api/departments', site: 'hospital', access: { roles: rolesFor('department.read') },
      handler: async (request: GuardedRequest) => json(200, (await listDepartments(deps.store, request.caller)).filter((department) => department.active)),
    },
    { method: 'GET', url: '/api/admin/departments', site: 'hospital', access, handler: async (request: GuardedRequest) => json(200, await listDepartments(deps.store, request.caller)) },
    {
      method: 'POST', url: '/api/admin/departments', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const input = parseInput(Input, request.plain())
        const rooms = input.rooms.map((room) => ({ name: room.name, beds: room.beds.map((bed) => ({ name: bed.name })) }))
        return json(201, await saveDepartment(deps, request.caller, deps.ids.uuid(), { ...input, rooms }, 0))
      },
    },
    {
      method: 'PUT', url: '/api/admin/departments/:id', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const { version, ...input } = parseInput(Change, request.plain())
        return json(200, await saveDepartment(deps, request.caller, requireParam(request, 'id'), input, version))
      },
    },
  ]
}
