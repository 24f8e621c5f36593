/** The hospital's own profile: the Organization behind every letterhead, and the picture of its seal (PNG, https://www.w3.org/TR/png-3/). */
import { inflateSync } from 'node:zlib'
import { z } from 'zod'
import { fromHospitalProfile } from '../model/hospital.ts'
import { outcome } from '../model/outcome.ts'
import { isDrawablePng, type Inflate } from '../model/png.ts'
import type { Seals } from '../model/people.ts'
import type { AuditLog, Caller, ResourceStore, StoreTransaction, Validator, Write } from '../model/ports.ts'
import type { HospitalProfile } from '../model/site.ts'
import { EXTENSION, HOSPITAL_ID, PROFILE } from '../model/systems.ts'
import { rolesFor } from '../security/policy.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { parseInput } from './input.ts'
import { overlay } from './overlay.ts'
import { bytes, empty, json, type GuardedRequest, type Route } from './route.ts'
import { line } from './text.ts'

const inflate: Inflate = (data, most) => inflateSync(Buffer.concat(data), { maxOutputLength: most })

export interface AdminHospitalDeps {
  readonly store: ResourceStore
  readonly seals: Seals
  readonly audit: AuditLog
  readonly validator: Validator
  readonly hospital: HospitalInfo
}

const MAX_SEAL = 1024 * 1024
const field = line(300)

/** What a person may fill in of the hospital's profile. */
export const ProfileInput = z.object({
  governingBody: field, name: field.refine((name) => name !== '', 'must not be empty'), facilityCode: z.string().trim().regex(/^[A-Z0-9]{5}$/, '5 letters or digits'), address: field, phone: field, place: field,
})
const Input = ProfileInput.extend({ version: z.number().int().min(0) })

/** Throws invalid-resource with the places. */
export const requireProfile = (validator: Pick<Validator, 'validate'>, resource: object, profile: string): void => {
  const wrong = validator.validate(resource, { profiles: [profile] }).filter((finding) => finding.severity === 'error')
  if (wrong.length > 0) throw outcome('invalid-resource', {}, wrong)
}

/** Writes the Organization in a transaction that is open. Throws invalid-resource, and version-conflict when `expected` (0: none yet, undefined: whatever) is not what stands. */
export const writeHospital = async (tx: StoreTransaction, validator: Pick<Validator, 'validate'>, profile: Omit<HospitalProfile, 'version' | 'hasSeal'>, expected?: number): Promise<void> => {
  const key = { type: 'Organization', id: HOSPITAL_ID }
  const built = fromHospitalProfile(profile)
  requireProfile(validator, built, PROFILE.hospital)
  const stored = await tx.read(key)
  const resource = overlay(stored?.body, built, { members: ['telecom', 'address'], extensions: [EXTENSION.letterhead] })
  const write: Write = { op: 'update', key, resource, ...(expected !== undefined && { expected }) }
  await tx.write([write])
}

/** Stores the hospital's Organization. Throws version-conflict when `expected` (0: none yet) is not what stands. */
export const saveHospital = async (
  deps: { readonly store: ResourceStore; readonly validator: Pick<Validator, 'validate'> }, caller: Caller, profile: Omit<HospitalProfile, 'version' | 'hasSeal'>, expected: number,
): Promise<void> => deps.store.transact(caller, (tx) => writeHospital(tx, deps.validator, profile, expected))

/** What is taken is also drawn: the printer asks the same. */
const requireSeal = (picture: Uint8Array): void => {
  if (picture.length > MAX_SEAL) throw outcome('body-too-large', { diagnostics: 'The picture of the seal has 1 MB at most.' })
  if (!isDrawablePng(picture, inflate)) throw outcome('seal-unsuitable')
}

/** GET, PUT /api/admin/hospital ; GET, PUT /api/admin/hospital/seal (image/png) */
export const adminHospitalRoutes = (deps: AdminHospitalDeps): Route[] => {
  const access = { roles: rolesFor('admin.hospital') }
  const profile = async () => json(200, await deps.hospital.profile() ?? { version: 0, governingBody: '', name: '', facilityCode: '', address: '', phone: '', place: '', hasSeal: false } satisfies HospitalProfile)
  return [
    { method: 'GET', url: '/api/admin/hospital', site: 'hospital', access, handler: profile },
    {
      method: 'PUT', url: '/api/admin/hospital', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const { version, ...wanted } = parseInput(Input, request.plain())
        await saveHospital(deps, request.caller, wanted, version)
        return profile()
      },
    },
    {
      method: 'GET', url: '/api/admin/hospital/seal', site: 'hospital', access,
      handler: async () => {
        const seal = await deps.seals.find()
        if (seal === undefined) throw outcome('not-found')
        return bytes(seal, 'image/png')
      },
    },
    {
      method: 'PUT', url: '/api/admin/hospital/seal', site: 'hospital', access, takes: ['image/png'],
      handler: async (request: GuardedRequest) => {
        requireSeal(request.bytes)
        await deps.seals.save(request.caller, request.bytes, { action: 'U', interaction: 'seal-change', type: 'Organization', id: HOSPITAL_ID, outcome: 'success' })
        return empty()
      },
    },
  ]
}
