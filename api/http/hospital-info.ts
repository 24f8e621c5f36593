/** What other routes need to know of the hospital: its profile for the sign-in page, its letterhead for forms, names of departments. Read through the store, so never stale. */
import type { Organization } from '@medplum/fhirtypes'
import { toHospitalProfile, toLetterhead } from '../model/hospital.ts'
import type { Seals } from '../model/people.ts'
import type { Caller, Letterhead, ResourceStore } from '../model/ports.ts'
import { toTyped, type Tenant } from '../model/resource.ts'
import type { HospitalProfile } from '../model/site.ts'
import { HOSPITAL_ID } from '../model/systems.ts'

export interface HospitalInfo {
  /** undefined until an administrator (or the demo) has filled it in. */
  profile(): Promise<HospitalProfile | undefined>
  letterhead(): Promise<Letterhead>
  /** undefined when there is no such department. */
  department(id: string): Promise<{ readonly id: string; readonly name: string; readonly active: boolean } | undefined>
}

const NOTHING: HospitalProfile = { version: 0, governingBody: '', name: '', facilityCode: '', address: '', phone: '', place: '', hasSeal: false }

/** Administrative data: read in the product's own name, because a letterhead is on every form that anyone may print. */
export const createHospitalInfo = (deps: { readonly tenant: Tenant; readonly store: ResourceStore; readonly seals: Seals }): HospitalInfo => {
  const { tenant, store, seals } = deps
  const own: Caller = { actor: { kind: 'internal', tenant, name: 'hospital-info' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' }
  const organization = async (id: string): Promise<{ typed: Organization; version: number } | undefined> => {
    const found = await store.read(own, { type: 'Organization', id })
    return found === undefined || found.deleted ? undefined : { typed: toTyped<Organization>(found), version: found.version }
  }
  const read = async (): Promise<{ profile: HospitalProfile; seal: Uint8Array | undefined } | undefined> => {
    const [found, seal] = await Promise.all([organization(HOSPITAL_ID), seals.find()])
    return found === undefined ? undefined : { profile: toHospitalProfile(found.typed, found.version, seal !== undefined), seal }
  }
  return {
    profile: async () => (await read())?.profile,
    async letterhead() {
      const found = await read()
      return toLetterhead(found?.profile ?? NOTHING, found?.seal)
    },
    async department(id) {
      const found = await organization(id)
      return found === undefined || id === HOSPITAL_ID ? undefined : { id, name: found.typed.name ?? id, active: found.typed.active !== false }
    },
  }
}
