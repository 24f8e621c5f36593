/** Invented resources of about 2 KB, the same for every server: numbered patients with encounters and observations, so that a number tells all that is searched for. */

export interface Sizes { readonly patients: number; readonly encountersEach: number; readonly observationsEach: number }

/** 1 patient, 2 encounters and 17 observations: 20 resources each. */
export const sizesOf = (resources: number): Sizes => ({ patients: Math.max(1, Math.round(resources / 20)), encountersEach: 2, observationsEach: 17 })

const FAMILIES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Phan', 'Vũ', 'Võ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương', 'Lý']
const MIDDLES = ['Văn', 'Thị', 'Đức', 'Minh', 'Ngọc', 'Quang', 'Thanh', 'Hữu']
const GIVEN = ['Thử', 'Mẫu', 'Ví', 'Dụ', 'Giả', 'Định', 'Nháp', 'Mô', 'Phỏng', 'Tập', 'Diễn', 'Hình']
/** LOINC codes from common to rare: pulse, temperature, pressure panel, glucose, …, potassium. */
const CODES = ['8867-4', '8310-5', '85354-9', '9279-1', '2345-7', '718-7', '6690-2', '777-3', '2160-0', '2823-3', '2951-2', '1742-6', '1920-8', '3094-0', '17861-6', '2028-9']
export const RARE_CODE = '2028-9'

const pick = <T>(list: readonly T[], at: number): T => {
  const item = list[at % list.length]
  if (item === undefined) throw new Error('an empty list')
  return item
}

const NOTE = 'Dữ liệu giả để đo tốc độ, không phải của người thật. '
/** Fills up to about 2 KB with text that no compression makes trivial. */
const filler = (seed: number, length: number): string => {
  let text = NOTE
  for (let at = 0; text.length < length; at += 1) text += `${((seed + 1) * 2654435761 + at * 40503) % 4294967296} `
  return text.slice(0, length)
}

export const patientId = (at: number): string => `bench-p${at}`
export const IDENTIFIER = 'urn:bench:mrn'
export const nameOf = (at: number): { family: string; given: string[] } =>
  ({ family: pick(FAMILIES, at), given: [pick(MIDDLES, Math.floor(at / 16)), `${pick(GIVEN, Math.floor(at / 128))}${Math.floor(at / 1536)}`] })

export const patient = (at: number): Record<string, unknown> => ({
  resourceType: 'Patient', id: patientId(at), active: true,
  text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${filler(at, 900)}</div>` },
  identifier: [{ system: IDENTIFIER, value: `BN${at}` }, { system: 'urn:bench:card', value: `TH${at * 7}` }],
  name: [{ use: 'official', text: `${nameOf(at).family} ${nameOf(at).given.join(' ')}`, ...nameOf(at) }], gender: at % 2 === 0 ? 'male' : 'female',
  birthDate: `${1940 + (at % 80)}-${String(1 + (at % 12)).padStart(2, '0')}-${String(1 + (at % 28)).padStart(2, '0')}`,
  telecom: [{ system: 'phone', value: `09${String(at).padStart(8, '0')}` }], address: [{ line: [`${at} Phố Mẫu`], city: pick(['Hà Nội', 'Đà Nẵng', 'Cần Thơ', 'Huế'], at), country: 'VN' }],
})

export const encounter = (at: number, number: number): Record<string, unknown> => ({
  resourceType: 'Encounter', id: `bench-e${at}-${number}`, status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: { reference: `Patient/${patientId(at)}` }, period: { start: dayOf(at, number), end: dayOf(at, number) },
  text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${filler(at * 3 + number, 1200)}</div>` },
})

export const observation = (at: number, number: number, id = `bench-o${at}-${number}`): Record<string, unknown> => ({
  resourceType: 'Observation', id, status: 'final',
  text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${filler(at * 31 + number, 1100)}</div>` },
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: codeOf(number), display: `Xét nghiệm mẫu ${codeOf(number)}` }], text: `Xét nghiệm mẫu ${codeOf(number)}` },
  subject: { reference: `Patient/${patientId(at)}` }, encounter: { reference: `Encounter/bench-e${at}-${number % 2}` }, effectiveDateTime: dayOf(at, number),
  valueQuantity: { value: 1 + ((at * 7 + number) % 400) / 10, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  referenceRange: [{ low: { value: 3.9, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }, high: { value: 6.4, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' } }],
})

/** Half of the observations have the commonest code. */
export const codeOf = (number: number): string => (number % 2 === 0 ? pick(CODES, 0) : pick(CODES, Math.floor(number / 2) + 1))
const dayOf = (at: number, number: number): string => new Date(Date.UTC(2020, 0, 1) + ((at * 37 + number * 11) % 2400) * 86_400_000 + (at % 1440) * 60_000).toISOString()

/** Everything of one patient: 20 resources, those that others refer to first. */
export const recordOf = (at: number, { encountersEach, observationsEach }: Sizes): Record<string, unknown>[] => [
  patient(at), ...Array.from({ length: encountersEach }, (_, number) => encounter(at, number)), ...Array.from({ length: observationsEach }, (_, number) => observation(at, number)),
]

export const transactionOf = (resources: readonly Record<string, unknown>[]): Record<string, unknown> => ({
  resourceType: 'Bundle', type: 'transaction',
  entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${String(resource.resourceType)}/${String(resource.id)}` } })),
})
