/** The hospital and its departments between FHIR (Organization, Location) and what screens and letterheads need. Pure. */
import type { Extension, Location, Organization } from '@medplum/fhirtypes'
import type { Letterhead } from './ports.ts'
import type { Department, HospitalProfile } from './site.ts'
import { CODE_SYSTEM, EXTENSION, HOSPITAL_ID, PROFILE, SID } from './systems.ts'

export type DepartmentKind = Department['kind']

export const DEPARTMENT_KINDS: Readonly<Record<DepartmentKind, { readonly vi: string; readonly en: string }>> = {
  clinic: { vi: 'Khoa khám bệnh', en: 'Outpatient clinic' },
  ward: { vi: 'Khoa điều trị', en: 'Ward' },
  paraclinical: { vi: 'Khoa cận lâm sàng', en: 'Paraclinical department' },
  office: { vi: 'Phòng, ban', en: 'Office' },
}

const isKind = (code: string | undefined): code is DepartmentKind => code !== undefined && code in DEPARTMENT_KINDS

const PHYSICAL_TYPE = 'http://terminology.hl7.org/CodeSystem/location-physical-type'

const part = (extension: Extension | undefined, name: string): string => extension?.extension?.find((item) => item.url === name)?.valueString ?? ''

/** The screen's view; empty texts where nothing stands. */
export const toHospitalProfile = (organization: Organization, version: number, hasSeal: boolean): HospitalProfile => {
  const letterhead = organization.extension?.find((extension) => extension.url === EXTENSION.letterhead)
  return {
    version, hasSeal,
    governingBody: part(letterhead, 'governingBody'),
    place: part(letterhead, 'place'),
    name: organization.name ?? '',
    facilityCode: organization.identifier?.find((identifier) => identifier.system === SID.facility)?.value ?? '',
    address: organization.address?.[0]?.text ?? '',
    phone: organization.telecom?.find((point) => point.system === 'phone')?.value ?? '',
  }
}

/** No extension at all when nothing of it is known: FHIR has no empty arrays. */
const letterheadOf = ({ governingBody, place }: Pick<HospitalProfile, 'governingBody' | 'place'>): { extension?: Extension[] } => {
  const parts = [{ url: 'governingBody', valueString: governingBody }, { url: 'place', valueString: place }].filter((item) => item.valueString !== '')
  return parts.length === 0 ? {} : { extension: [{ url: EXTENSION.letterhead, extension: parts }] }
}

export const fromHospitalProfile = (profile: Omit<HospitalProfile, 'version' | 'hasSeal'>): Organization => ({
  resourceType: 'Organization',
  id: HOSPITAL_ID,
  meta: { profile: [PROFILE.hospital] },
  ...letterheadOf(profile),
  identifier: [{ system: SID.facility, value: profile.facilityCode }],
  active: true,
  type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/organization-type', code: 'prov', display: 'Healthcare Provider' }], text: 'Bệnh viện' }],
  name: profile.name,
  ...(profile.phone === '' ? {} : { telecom: [{ system: 'phone', value: profile.phone }] }),
  ...(profile.address === '' ? {} : { address: [{ text: profile.address }] }),
})

export const toLetterhead = (profile: HospitalProfile, seal: Uint8Array | undefined): Letterhead => ({
  governingBody: profile.governingBody, hospital: profile.name, address: profile.address, phone: profile.phone, place: profile.place,
  facilityCode: profile.facilityCode, ...(seal === undefined ? {} : { seal }),
})

/** Rooms and beds that are no longer in use are left out. */
export const toDepartment = (organization: Organization, version: number, locations: readonly Location[]): Department => {
  const own = locations.filter((location) => location.managingOrganization?.reference === `Organization/${organization.id}` && location.status !== 'inactive')
  const places = (type: 'ro' | 'bd', inside?: string): { id: string; name: string }[] => own
    .filter((location) => location.physicalType?.coding?.[0]?.code === type && (inside === undefined || location.partOf?.reference === `Location/${inside}`))
    .map((location) => ({ id: location.id ?? '', name: location.name ?? '' }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'vi', { numeric: true }))
  const codings = organization.type?.flatMap((type) => type.coding ?? []) ?? []
  const kind = codings.find((coding) => coding.system === CODE_SYSTEM.departmentKind)?.code
  const official = codings.find((coding) => coding.system === CODE_SYSTEM.departments)
  return {
    id: organization.id ?? '', version,
    code: organization.identifier?.find((identifier) => identifier.system === SID.department)?.value ?? '',
    name: organization.name ?? '',
    kind: isKind(kind) ? kind : 'office',
    active: organization.active !== false,
    ...(official?.code === undefined ? {} : { officialCode: official.code }),
    rooms: places('ro').map((room) => ({ ...room, beds: places('bd', room.id) })),
  }
}

export const fromDepartment = (
  department: Pick<Department, 'id' | 'code' | 'name' | 'kind' | 'active'>, official?: { readonly version: string; readonly code: string; readonly display: string },
): Organization => ({
  resourceType: 'Organization',
  id: department.id,
  meta: { profile: [PROFILE.department] },
  identifier: [{ system: SID.department, value: department.code }],
  active: department.active,
  type: [
    { coding: [{ system: CODE_SYSTEM.departmentKind, code: department.kind, display: DEPARTMENT_KINDS[department.kind].vi }] },
    ...(official === undefined ? [] : [{ coding: [{ system: CODE_SYSTEM.departments, ...official }] }]),
  ],
  name: department.name,
  partOf: { reference: `Organization/${HOSPITAL_ID}` },
})

export const fromPlace = (place: {
  readonly id: string; readonly name: string; readonly type: 'ro' | 'bd'; readonly department: string; readonly room?: string; readonly active: boolean
}): Location => ({
  resourceType: 'Location',
  id: place.id,
  meta: { profile: [place.type === 'ro' ? PROFILE.room : PROFILE.bed] },
  status: place.active ? 'active' : 'inactive',
  name: place.name,
  mode: 'instance',
  physicalType: { coding: [{ system: PHYSICAL_TYPE, code: place.type, display: place.type === 'ro' ? 'Room' : 'Bed' }] },
  managingOrganization: { reference: `Organization/${place.department}` },
  ...(place.room === undefined ? {} : { partOf: { reference: `Location/${place.room}` } }),
})
