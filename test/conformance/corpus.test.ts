/** Every type of R4, every element of it, through JSON and XML and the server, unchanged. http://hl7.org/fhir/R4/formats.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readXml } from '#api/fhir/xml/read.ts'
import { writeXml } from '#api/fhir/xml/write.ts'
import { arrayAt, JsonNumber, JsonObject, objectFromPlain, parseJsonObject, stringAt, toPlain, valueAt, writeJson, type JsonValue } from '#api/model/json.ts'
import { RESOURCE_TYPES } from '#api/search/resource-types.ts'
import { createValidator } from '#api/validation/validator.ts'
import { isWhole } from '#infra/setup/test-long.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'
import { definitions } from './corpus/build.ts'
import { covered, elementsOf } from './corpus/coverage.ts'
import { buildCorpus, type Specimen } from './corpus.ts'

const corpus = buildCorpus()

/** Equal texts mean equal resources: members in one order, numbers as they were written. */
const meaningOf = (value: JsonValue): string => {
  if (value instanceof JsonObject) return `{${[...value.entries()].map(([name, member]) => `${JSON.stringify(name)}:${meaningOf(member)}`).sort().join(',')}}`
  return Array.isArray(value) ? `[${(value as readonly JsonValue[]).map(meaningOf).join(',')}]` : writeJson(value)
}
/** But for what the server itself gives a resource. */
const contentOf = (resource: JsonObject): string => meaningOf(resource.delete('id').delete('meta'))

const decimalsIn = (value: JsonValue, found: string[] = []): string[] => {
  if (value instanceof JsonNumber) found.push(value.source)
  else if (value instanceof JsonObject) for (const member of value.values) decimalsIn(member, found)
  else if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) decimalsIn(item, found)
  return found
}

describe('the corpus', () => {
  it('has at least three resources of each type, and each element of each definition in one of them', () => {
    const missing: string[] = []
    for (const type of RESOURCE_TYPES) {
      const own = corpus.filter((specimen) => specimen.type === type)
      expect(own.length, type).toBeGreaterThanOrEqual(3)
      const found = new Set<string>()
      for (const { resource } of own) covered(Object(toPlain(resource)) as Record<string, unknown>, found)
      missing.push(...elementsOf(type).filter((path) => !found.has(path)))
    }
    expect(missing).toEqual([])
  })
  it('has each element of each datatype somewhere', () => {
    const found = new Set<string>()
    for (const { resource } of corpus) covered(Object(toPlain(resource)) as Record<string, unknown>, found)
    const types = [
      'Address', 'Age', 'Annotation', 'Attachment', 'CodeableConcept', 'Coding', 'ContactDetail', 'ContactPoint', 'Contributor', 'Count', 'DataRequirement', 'Distance', 'Dosage', 'Duration', 'ElementDefinition', 'Expression', 'Extension',
      'HumanName', 'Identifier', 'MarketingStatus', 'Meta', 'Money', 'Narrative', 'ParameterDefinition', 'Period', 'Population', 'ProdCharacteristic', 'ProductShelfLife', 'Quantity', 'Range', 'Ratio', 'Reference', 'RelatedArtifact',
      'SampledData', 'Signature', 'SubstanceAmount', 'Timing', 'TriggerDefinition', 'UsageContext',
    ]
    expect(types.flatMap(elementsOf).filter((path) => !found.has(path) && !/\.(id|extension|modifierExtension)$/.test(path))).toEqual([])
  })
  it('has decimals of 1 to 18 digits, zeros at their end, and exponents', () => {
    const sources = corpus.flatMap(({ resource }) => decimalsIn(resource))
    const digits = new Set(sources.map((source) => source.replace(/[eE].*$/, '').replace(/\D/g, '').replace(/^0+(?=\d)/, '').length))
    expect([...Array(18).keys()].map((at) => at + 1).filter((count) => !digits.has(count))).toEqual([])
    for (const source of ['1.10', '0.000000000000000001', '123456789012345678', '1e-5', '1.50E+3']) expect(sources).toContain(source)
  })
  it('is valid R4', () => {
    const validator = createValidator(definitions)
    const wrong = corpus.flatMap(({ name, resource }) => validator.validate(toPlain(resource)).filter(({ severity }) => severity === 'error').map(({ expression, message }) => `${name} ${expression}: ${message}`))
    expect(wrong).toEqual([])
  })
  it('comes through XML and back unchanged', () => {
    for (const [at, { name, resource }] of corpus.entries()) {
      const read = meaningOf(readXml(writeXml(resource, { pretty: at % 3 === 0 })))
      expect(read === meaningOf(resource) ? name : read, name).toBe(name)
    }
  })
})

/** What nobody writes: AuditEvents are rendered from the audit log (api/fhir/answer.ts). What the server has its part in: the state of a Subscription, and what it hides (subscriptions.test.ts). */
const NOT_AS_IT_CAME: ReadonlySet<string> = new Set(['AuditEvent', 'Subscription'])

describe('through the server', () => {
  const BASE = '/fhir/R4'
  const XML = 'application/fhir+xml'
  const written = corpus.filter(({ type }) => !NOT_AS_IT_CAME.has(type))
  let site: TestSite
  let client: TestCaller
  beforeAll(async () => {
    site = await testSite()
    client = await site.system()
  })
  afterAll(() => site.close())

  const bundleOf = (entry: readonly JsonObject[]): JsonObject => objectFromPlain({ resourceType: 'Bundle', type: 'transaction', entry })
  const posted = ({ type, resource }: Specimen): JsonObject => objectFromPlain({ resource, request: { method: 'POST', url: type } })
  const ask = async (bundle: JsonObject, format: 'json' | 'xml'): Promise<JsonObject> => {
    const answer = format === 'json' ? await client.call('POST', BASE, { body: writeJson(bundle) }) : await client.call('POST', BASE, { body: writeXml(bundle), type: XML, headers: { accept: XML } })
    expect(answer.status, answer.text.slice(0, 500)).toBe(200)
    return format === 'json' ? parseJsonObject(answer.text) : readXml(answer.text)
  }
  /** Addresses under which the corpus was stored. */
  const store = async (specimens: readonly Specimen[], format: 'json' | 'xml'): Promise<string[]> => {
    const answer = await ask(bundleOf(specimens.map(posted)), format)
    const refused = specimens.flatMap(({ name }, at) => {
      const response = valueAt(answer, 'entry', at, 'response')
      return stringAt(response, 'status') === '201 Created' ? [] : [`${name}: ${writeJson(response ?? null).slice(0, 400)}`]
    })
    expect(refused.slice(0, 20)).toEqual([])
    return specimens.map((_, at) => (stringAt(answer, 'entry', at, 'response', 'location') ?? '').replace(/\/_history\/.*$/, ''))
  }
  const requireUnchanged = async (specimens: readonly Specimen[], addresses: readonly string[], format: 'json' | 'xml'): Promise<void> => {
    const answer = await ask(bundleOf(addresses.map((url) => objectFromPlain({ request: { method: 'GET', url } }))), format)
    expect(arrayAt(answer, 'entry').length).toBe(specimens.length)
    for (const [at, { name, resource }] of specimens.entries()) {
      const read = valueAt(answer, 'entry', at, 'resource')
      const found = read instanceof JsonObject ? contentOf(read) : ''
      expect(found === contentOf(resource) ? name : found, `${name} in ${format}`).toBe(name)
    }
  }

  const oneOfEach = (shift: number): Specimen[] => RESOURCE_TYPES.flatMap((type, at) => written.filter((specimen) => specimen.type === type)[(at + shift) % 3] ?? [])

  it('what is created in JSON is read back unchanged but for id and meta, in JSON and in XML', async () => {
    const some = isWhole ? written : oneOfEach(0)
    const addresses = await store(some, 'json')
    await requireUnchanged(some, addresses, 'json')
    await requireUnchanged(some, addresses, 'xml')
  }, 120_000)
  // one of each type: that XML holds all of them is shown above
  it('what is created in XML is read back unchanged but for id and meta, in XML and in JSON', async () => {
    const some = oneOfEach(1)
    expect(some.length).toBe(RESOURCE_TYPES.length - NOT_AS_IT_CAME.size)
    const addresses = await store(some, 'xml')
    await requireUnchanged(some, addresses, 'xml')
    await requireUnchanged(some, addresses, 'json')
  }, 120_000)
})
