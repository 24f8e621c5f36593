/** Resources for generated bundles: 24 types of a visit, Vietnamese texts, and decimals of every length as they were typed. All persons are invented. */
import { JsonNumber } from '#api/model/json.ts'
import type { Random } from './random.ts'

/** Anything that fromPlain (api/model/json.ts) takes. */
export type Draft = Record<string, unknown>

/** What a resource may point to. */
export interface Links {
  readonly patient: string
  readonly encounter: string
  readonly practitioner: () => string
  readonly organization: () => string
  readonly location: () => string
  /** An earlier resource of the type, if there is one. */
  readonly some: (type: string) => string | undefined
}

const FAMILIES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Võ', 'Đặng', 'Bùi', 'Đỗ', 'Ngô', 'Dương', 'Lý', 'Ượng'] as const
const GIVEN = ['Văn Mẫu', 'Thị Thử', 'Đức Giả', 'Hữu Ví Dụ', 'Thị Ánh Mẫu', 'Quốc Thử Nghiệm', 'Ngọc Ưỡn', 'Thuỳ Dữ Liệu'] as const
const NOTES = [
  'Bệnh nhân tỉnh, tiếp xúc tốt; đau âm ỉ vùng thượng vị, ợ chua.', 'Ho khan về đêm 3 ngày nay, không sốt.\nĐã tự uống thuốc "cảm" ở nhà.', 'Phổi trong, không rale; tim đều T1, T2 rõ.',
  'Huyết áp dao động, hẹn tái khám sau 07 ngày — mang theo sổ khám.', 'Dị ứng? chưa ghi nhận. Tiền sử: THA độ II < 5 năm & ĐTĐ týp 2.', 'Vết thương phần mềm cẳng chân (T), khâu 3 mũi; thay băng hằng ngày.',
] as const
const UNITS = [['mmol/L', 'mmol/L'], ['g/L', 'g/L'], ['mg', 'mg'], ['Cel', '°C'], ['kg', 'kg'], ['mm[Hg]', 'mmHg'], ['/min', 'l/ph']] as const
const LABS = [['2345-7', 'Glucose'], ['2160-0', 'Creatinine'], ['718-7', 'Hemoglobin'], ['6690-2', 'Bạch cầu'], ['777-3', 'Tiểu cầu'], ['8310-5', 'Nhiệt độ'], ['29463-7', 'Cân nặng']] as const
const FINDINGS = [['38341003', 'Tăng huyết áp'], ['44054006', 'Đái tháo đường típ 2'], ['195967001', 'Hen phế quản'], ['235595009', 'Trào ngược dạ dày'], ['50043002', 'Bệnh hô hấp']] as const

export const IDENTIFIERS = 'https://quany.example/fhir/sid/generated'

/** 1 to 18 digits as somebody typed them: trailing zeros, leading zero, minus, now and then an exponent. */
export const decimal = (random: Random): JsonNumber => {
  const total = random.whole(1, 18)
  const digits = random.digits(total)
  const point = random.whole(0, total)
  const plain = point === 0 ? `0.${digits}` : point === total ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
  const zeros = plain.includes('.') && random.chance(0.5) && total <= 15 ? '0'.repeat(random.whole(1, 3)) : ''
  const exponent = random.chance(0.05) ? random.pick(['e2', 'E-3', 'e+1']) : ''
  return new JsonNumber(`${random.chance(0.1) ? '-' : ''}${plain}${zeros}${exponent}`)
}

/** A positive decimal without exponent. */
const amount = (random: Random): JsonNumber => new JsonNumber(decimal(random).source.replace('-', '').replace(/e.*$/i, ''))

const day = (random: Random): string => `2026-${String(random.whole(1, 11)).padStart(2, '0')}-${String(random.whole(1, 28)).padStart(2, '0')}`
const instant = (random: Random): string => `${day(random)}T${String(random.whole(0, 23)).padStart(2, '0')}:${String(random.whole(0, 59)).padStart(2, '0')}:00${random.pick(['+07:00', 'Z', '.120+07:00'])}`
const text = (content: string): Draft => ({ text: content })
const coded = (system: string, [code, display]: readonly [string, string]): Draft => ({ coding: [{ system, code, display }], text: display })
const loinc = (random: Random): Draft => coded('http://loinc.org', random.pick(LABS))
/** A component never repeats the code of its Observation beside a value (obs-7). */
const otherLoinc = (random: Random, than: Draft): Draft =>
  coded('http://loinc.org', random.pick(LABS.filter((lab) => JSON.stringify(coded('http://loinc.org', lab)) !== JSON.stringify(than))))
const snomed = (random: Random): Draft => coded('http://snomed.info/sct', random.pick(FINDINGS))
const status = (system: string, code: string): Draft => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] })
const to = (reference: string): Draft => ({ reference })
const quantity = (random: Random): Draft => {
  const [code, unit] = random.pick(UNITS)
  return { value: decimal(random), unit, system: 'http://unitsofmeasure.org', code }
}
const escape = (content: string): string => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', ' ')
const narrative = (content: string): Draft => ({ status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${escape(content)}</div>` })
const name = (random: Random): Draft => {
  const family = random.pick(FAMILIES)
  const given = random.pick(GIVEN)
  return { use: 'official', text: `${family} ${given}`, family, given: given.split(' ') }
}

/** Shared by many bundles: created once, found by identifier from then on. */
export const SHARED: Readonly<Record<'Organization' | 'Practitioner' | 'Location', (random: Random, number: number) => Draft>> = {
  Organization: (_, number) => ({ active: true, name: `Khoa Mẫu ${number}`, type: [text('Khoa lâm sàng')] }),
  Practitioner: (random) => ({ active: true, name: [name(random)], gender: random.pick(['male', 'female']) }),
  Location: (_, number) => ({ status: 'active', name: `Phòng khám ${number}`, mode: 'instance', position: { longitude: new JsonNumber(`105.8${number}0`), latitude: new JsonNumber('21.0280') } }),
}

export const patient = (random: Random): Draft => ({
  text: narrative('Người bệnh mẫu'), active: true, name: [name(random)], gender: random.pick(['male', 'female', 'other']), birthDate: `19${random.whole(40, 99)}-0${random.whole(1, 9)}-1${random.whole(0, 9)}`,
  telecom: [{ system: 'phone', value: `09${random.digits(8)}` }], address: [{ use: 'home', text: `Số ${random.whole(1, 99)} đường Thử Nghiệm, phường Mẫu`, country: 'VN' }],
})

export const encounter = (random: Random, links: Omit<Links, 'encounter'>): Draft => {
  const start = day(random)
  return {
    status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'Khám ngoại trú' }, subject: to(links.patient),
    participant: [{ individual: to(links.practitioner()) }], period: { start: `${start}T07:30:00+07:00`, end: `${start}T09:00:00+07:00` },
    reasonCode: [text(random.pick(NOTES))], location: [{ location: to(links.location()) }], serviceProvider: to(links.organization()),
  }
}

type Maker = (random: Random, links: Links) => Draft

/** The rest of a visit, by type. */
export const MAKERS: Readonly<Record<string, Maker>> = {
  Condition: (random, links) => ({
    clinicalStatus: status('condition-clinical', 'active'), verificationStatus: status('condition-ver-status', 'confirmed'), code: snomed(random),
    subject: to(links.patient), encounter: to(links.encounter), recordedDate: instant(random), recorder: to(links.practitioner()), note: [{ text: random.pick(NOTES) }],
  }),
  Observation: (random, links, code = loinc(random)) => ({
    text: narrative(random.pick(NOTES)), status: 'final', category: [status('observation-category', 'laboratory')], code, subject: to(links.patient), encounter: to(links.encounter),
    effectiveDateTime: instant(random), performer: [to(links.practitioner())], valueQuantity: quantity(random), referenceRange: [{ low: quantity(random), high: quantity(random) }],
    ...(random.chance(0.3) ? { component: [{ code: otherLoinc(random, code), valueQuantity: quantity(random) }, { code: otherLoinc(random, code), valueString: random.pick(NOTES) }] } : {}),
    extension: [{ url: 'https://quany.example/fhir/StructureDefinition/generated', extension: [{ url: 'exact', valueDecimal: decimal(random) }, { url: 'by', valueReference: to(links.practitioner()) }] }],
  }),
  MedicationRequest: (random, links) => ({
    status: 'active', intent: 'order', medicationCodeableConcept: text('Amoxicilin 500 mg, viên nang'), subject: to(links.patient), encounter: to(links.encounter), authoredOn: instant(random), requester: to(links.practitioner()),
    dosageInstruction: [{ text: 'Ngày uống 3 lần, mỗi lần 1 viên, sau ăn', timing: { repeat: { frequency: 3, period: amount(random), periodUnit: 'd', boundsDuration: { value: new JsonNumber('7.0'), system: 'http://unitsofmeasure.org', code: 'd' } } }, doseAndRate: [{ doseQuantity: { value: new JsonNumber('1.00'), unit: 'viên' } }] }],
    dispenseRequest: { quantity: { value: amount(random), unit: 'viên' } },
  }),
  ServiceRequest: (random, links) => ({ status: 'active', intent: 'order', code: loinc(random), subject: to(links.patient), encounter: to(links.encounter), authoredOn: instant(random), requester: to(links.practitioner()), performer: [to(links.organization())] }),
  Procedure: (random, links) => ({ status: 'completed', code: snomed(random), subject: to(links.patient), encounter: to(links.encounter), performedDateTime: day(random), performer: [{ actor: to(links.practitioner()), onBehalfOf: to(links.organization()) }], location: to(links.location()) }),
  Specimen: (random, links) => ({ status: 'available', type: text('Máu tĩnh mạch'), subject: to(links.patient), receivedTime: instant(random), collection: { collector: to(links.practitioner()), quantity: { value: amount(random), unit: 'mL' } } }),
  DiagnosticReport: (random, links) => {
    const result = links.some('Observation')
    const specimen = links.some('Specimen')
    return {
      status: 'final', code: loinc(random), subject: to(links.patient), encounter: to(links.encounter), effectiveDateTime: instant(random), issued: `${day(random)}T10:00:00.000+07:00`, performer: [to(links.organization())],
      ...(specimen === undefined ? {} : { specimen: [to(specimen)] }), ...(result === undefined ? {} : { result: [to(result)] }), conclusion: random.pick(NOTES),
    }
  },
  AllergyIntolerance: (random, links) => ({ clinicalStatus: status('allergyintolerance-clinical', 'active'), verificationStatus: status('allergyintolerance-verification', 'unconfirmed'), code: text('Penicilin'), patient: to(links.patient), recordedDate: day(random), recorder: to(links.practitioner()), reaction: [{ manifestation: [text('Nổi mẩn, ngứa')] }] }),
  Immunization: (random, links) => ({ status: 'completed', vaccineCode: text('Vắc xin uốn ván'), patient: to(links.patient), encounter: to(links.encounter), occurrenceDateTime: day(random), location: to(links.location()), doseQuantity: { value: new JsonNumber('0.50'), unit: 'mL' }, performer: [{ actor: to(links.practitioner()) }] }),
  Goal: (random, links) => ({ lifecycleStatus: 'active', description: text('Huyết áp dưới 140/90 mmHg'), subject: to(links.patient), startDate: day(random), expressedBy: to(links.practitioner()) }),
  CarePlan: (random, links) => {
    const goal = links.some('Goal')
    return { status: 'active', intent: 'plan', title: 'Theo dõi ngoại trú', subject: to(links.patient), encounter: to(links.encounter), period: { start: day(random) }, author: to(links.practitioner()), ...(goal === undefined ? {} : { goal: [to(goal)] }) }
  },
  DocumentReference: (random, links) => ({ status: 'current', type: text('Giấy ra viện'), subject: to(links.patient), date: instant(random), author: [to(links.practitioner())], content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(random.pick(NOTES)).toString('base64'), title: 'Ghi chú' } }], context: { encounter: [to(links.encounter)] } }),
  MedicationAdministration: (random, links) => {
    const request = links.some('MedicationRequest')
    return { status: 'completed', medicationCodeableConcept: text('Paracetamol 500 mg'), subject: to(links.patient), context: to(links.encounter), effectiveDateTime: instant(random), ...(request === undefined ? {} : { request: to(request) }), dosage: { dose: { value: amount(random), unit: 'mg' } } }
  },
  MedicationStatement: (random, links) => ({ status: 'active', medicationCodeableConcept: text('Amlodipin 5 mg'), subject: to(links.patient), context: to(links.encounter), dateAsserted: instant(random), informationSource: to(links.patient) }),
  FamilyMemberHistory: (random, links) => ({ status: 'completed', patient: to(links.patient), date: day(random), relationship: text('Bố'), condition: [{ code: snomed(random), onsetAge: { value: new JsonNumber('60.0'), unit: 'tuổi', system: 'http://unitsofmeasure.org', code: 'a' } }] }),
  ClinicalImpression: (random, links) => {
    const problem = links.some('Condition')
    return { status: 'completed', subject: to(links.patient), encounter: to(links.encounter), date: instant(random), assessor: to(links.practitioner()), summary: random.pick(NOTES), ...(problem === undefined ? {} : { problem: [to(problem)] }) }
  },
  QuestionnaireResponse: (random, links) => ({ status: 'completed', subject: to(links.patient), encounter: to(links.encounter), authored: instant(random), author: to(links.practitioner()), item: [{ linkId: '1', text: 'Đau mức nào?', answer: [{ valueDecimal: decimal(random) }] }, { linkId: '2', text: 'Ai đưa đến?', answer: [{ valueReference: to(links.patient) }] }] }),
  ImagingStudy: (random, links) => ({ status: 'available', subject: to(links.patient), encounter: to(links.encounter), started: instant(random), referrer: to(links.practitioner()), numberOfSeries: 1, numberOfInstances: random.whole(1, 40), description: 'X-quang ngực thẳng' }),
  Coverage: (random, links) => ({ status: 'active', beneficiary: to(links.patient), payor: [to(links.organization())], period: { start: day(random) }, subscriberId: random.digits(10) }),
  Composition: (random, links) => {
    const observation = links.some('Observation')
    return {
      status: 'final', type: coded('http://loinc.org', ['34133-9', 'Tóm tắt']), subject: to(links.patient), encounter: to(links.encounter), date: instant(random), author: [to(links.practitioner())], title: 'Bản tóm tắt',
      section: [{ title: 'Bệnh sử', text: narrative(random.pick(NOTES)), ...(observation === undefined ? {} : { entry: [to(observation)] }), section: [{ title: 'Diễn biến', text: narrative(random.pick(NOTES)) }] }],
    }
  },
}
