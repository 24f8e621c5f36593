/** Datatypes whose invariants bind their parts to each other (http://hl7.org/fhir/R4/datatypes.html): made whole, in several forms. What is not here is made from its definition alone. */
import { JsonNumber } from '#api/model/json.ts'
import { chosen } from './choose.ts'
import { DECIMALS, primitiveAt } from './primitives.ts'

export type Plain = Readonly<Record<string, unknown>>

const UCUM = 'http://unitsofmeasure.org'
const decimal = (text: string): JsonNumber => new JsonNumber(text)

const quantity = (place: string): Plain => ({ value: decimal(chosen(DECIMALS, `${place}.value`)), unit: 'mg', system: UCUM, code: 'mg' })
const ucum = (code: string) => (place: string): Plain => ({ id: 'q1', value: decimal(chosen(DECIMALS, `${place}.value`)), comparator: '<', unit: code, system: UCUM, code })
/** From low to high, whatever their digits. */
const range = (): Plain => ({ id: 'r1', low: { value: decimal('1.10'), unit: '%', system: UCUM, code: '%' }, high: { value: decimal('12.340'), unit: '%', system: UCUM, code: '%' } })

const MAKERS: Readonly<Record<string, (place: string) => Plain>> = {
  Quantity: (place) => ({ id: 'q1', ...quantity(place), comparator: chosen(['<', '<=', '>=', '>'], place) }),
  SimpleQuantity: quantity,
  Age: ucum('a'), Distance: ucum('km'), Duration: ucum('min'),
  Count: () => ({ id: 'q1', value: 3, comparator: '>', unit: '1', system: UCUM, code: '1' }),
  Range: range,
  Ratio: (place) => ({ id: 'r1', numerator: quantity(`${place}.numerator`), denominator: quantity(`${place}.denominator`) }),
  Period: (place) => ({ id: 'p1', ...chosen([{ start: '2026', end: '2026-12' }, { start: '2026-02-28T08:00:00+07:00', end: '2026-02-28T09:00:00.5+07:00' }, { start: '1999-12-31' }, { end: '2030' }], place) }),
  Attachment: (place) => ({
    id: 'a1', contentType: 'application/pdf', language: 'vi', data: 'QQ==', url: 'https://example.org/a.pdf', size: 1, hash: 'AAECAwQ=', title: primitiveAt('string', `${place}.title`), creation: primitiveAt('dateTime', `${place}.creation`),
  }),
  ContactPoint: (place) => ({ id: 'c1', system: chosen(['phone', 'email', 'url'], place), value: '+84 24 0000 0000', use: 'work', rank: 1, period: { start: '2026' } }),
  Money: (place) => ({ id: 'm1', value: decimal(chosen(DECIMALS, place)), currency: 'VND' }),
  Contributor: () => ({ id: 'c1', type: 'author', name: 'Mẫu', contact: [{ id: 'd1', name: 'Mẫu', telecom: [{ system: 'email', value: 'a@example.org' }] }] }),
  Expression: () => ({ id: 'e1', description: 'đếm', name: 'count', language: 'text/fhirpath', expression: 'name.count() > 1 & "<"', reference: 'http://example.org/expression' }),
  SampledData: () => ({ id: 's1', origin: { value: decimal('0.0'), unit: 'mV', system: UCUM, code: 'mV' }, period: decimal('10.50'), factor: decimal('1.612'), lowerLimit: decimal('-3300'), upperLimit: decimal('3300'), dimensions: 1, data: '0 E U L 1.10' }),
  Signature: () => ({ id: 's1', type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1' }], when: '2026-02-28T23:59:59+07:00', who: { display: 'Mẫu' }, onBehalfOf: { display: 'Mẫu' }, targetFormat: 'application/xml', sigFormat: 'application/jose', data: 'QQ==' }),
  Timing: (place) => ({ id: 't1', modifierExtension: [{ url: 'http://example.org/fhir/StructureDefinition/modifier', valueBoolean: true }], event: ['2026-02-28', '2026'], repeat: chosen(REPEATS, place), code: { text: 'BID' } }),
  TriggerDefinition: (place) => chosen<Plain>([
    { id: 't1', type: 'named-event', name: 'admit' }, { type: 'periodic', timingDate: '2026-02' }, { type: 'periodic', timingTiming: { event: ['2026'] } }, { type: 'periodic', timingReference: { display: 'lịch' } },
    { type: 'data-added', data: [{ type: 'Observation' }], condition: { language: 'text/fhirpath', expression: 'true' } }, { type: 'periodic', timingDateTime: '2026-02-28T23:59:59+07:00' },
  ], place),
  DataRequirement: (place) => chosen<Plain>([
    {
      id: 'd1', type: 'Observation', profile: ['http://example.org/fhir/StructureDefinition/thing'], subjectCodeableConcept: { text: 'Patient' }, mustSupport: ['code', 'value'],
      codeFilter: [{ id: 'f', path: 'code', valueSet: 'http://example.org/fhir/ValueSet/things', code: [{ system: 'http://example.org/codes', code: 'a' }] }, { searchParam: 'code' }],
      dateFilter: [{ id: 'f', path: 'effective', valuePeriod: { start: '2026' } }, { searchParam: 'date', valueDateTime: '2026-02' }, { path: 'issued', valueDuration: { value: 1, system: UCUM, code: 'd' } }], limit: 7,
      sort: [{ id: 's', path: 'effective', direction: 'descending' }],
    },
    { type: 'Patient', subjectReference: { display: 'nhóm' } },
  ], place),
}

const REPEATS: readonly Plain[] = [
  { id: 'x', boundsPeriod: { start: '2026-01-01', end: '2026-02' }, count: 2, countMax: 7, duration: decimal('1.50'), durationMax: decimal('2.0'), durationUnit: 'h', frequency: 1, frequencyMax: 3, period: decimal('1.0'), periodMax: decimal('2.10'), periodUnit: 'd', dayOfWeek: ['mon', 'sun'], timeOfDay: ['08:00:00', '20:30:00'] },
  { boundsDuration: { value: decimal('10.0'), unit: 'd', system: UCUM, code: 'd' }, when: ['PCM', 'HS'], offset: 30, frequency: 1, period: 1, periodUnit: 'd' },
  { boundsRange: { low: { value: 5, unit: 'd', system: UCUM, code: 'd' }, high: { value: 7, unit: 'd', system: UCUM, code: 'd' } }, count: 1 },
]

/** undefined: nothing binds the parts of this type. */
export const datatypeAt = (type: string, place: string): Plain | undefined => (type === 'ElementDefinition' && place.endsWith('[0]') ? ROOT_ELEMENT : type === 'ElementDefinition' && place.endsWith('[2]') ? SAME_AGAIN : MAKERS[type]?.(place))

/** What has a contentReference has no type, and nothing that depends on one. */
const SAME_AGAIN: Plain = {
  id: 'Extension.again', modifierExtension: [{ url: 'http://example.org/fhir/StructureDefinition/modifier', valueBoolean: true }], path: 'Extension.again', definition: 'Như trên', min: 0, max: '*',
  base: { path: 'Extension.again', min: 0, max: '*' }, contentReference: '#Extension.name',
}

/** The first element of a structure is its root, which may not have what the others have. */
const ROOT_ELEMENT: Plain = { id: 'Extension', path: 'Extension', definition: 'Phần thêm', min: 0, max: '*', base: { path: 'Extension', min: 0, max: '*' } }
