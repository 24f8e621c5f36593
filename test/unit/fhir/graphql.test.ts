/** How GraphQL loads what a query asks for: together, level by level, and bounded. */
import { describe, expect, it } from 'vitest'
import { prepareQuery } from '#api/fhir/graphql/document.ts'
import { executeQuery } from '#api/fhir/graphql/execute.ts'
import type { Loader } from '#api/fhir/graphql/load.ts'
import { buildSchemas } from '#api/fhir/graphql/schema.ts'
import { readCursor, toPairs, writeCursor } from '#api/fhir/graphql/search-request.ts'
import { parseJsonObject, type JsonObject } from '#api/model/json.ts'

const schemas = buildSchemas()
const patients = Array.from({ length: 120 }, (_each, at): JsonObject => parseJsonObject(`{"resourceType":"Patient","id":"p${at}","managingOrganization":{"reference":"Organization/o${at % 3}"}}`))

/** Writes down what is asked of the store. */
const recording = (): { readonly loader: Loader; readonly asked: string[] } => {
  const asked: string[] = []
  const loader: Loader = {
    read: async ({ type, id }) => { asked.push(`read ${type}/${id}`); return parseJsonObject(`{"resourceType":"${type}","id":"${id}"}`) },
    follow: async (keys) => { asked.push(`follow ${keys.length}`); return new Map(keys.map(({ type, id }) => [`${type}/${id}`, parseJsonObject(`{"resourceType":"${type}","id":"${id}","partOf":{"reference":"Organization/top"}}`)])) },
    list: async (type) => { asked.push(`list ${type}`); return patients },
    listReferring: async (type, _args, targets) => { asked.push(`list ${type} of ${targets.length}`); return targets.map(({ id }) => [parseJsonObject(`{"resourceType":"${type}","id":"${id}-1","subject":{"reference":"Patient/${id}"}}`)]) },
    connection: async () => { throw new Error('Not asked for') },
  }
  return { loader, asked }
}

const run = async (query: string, loader: Loader): Promise<unknown> => {
  const fhirPath = { which: (_expression: string, _type: string, items: readonly JsonObject[]) => items, places: () => [], texts: (_expression: string, _type: string, items: readonly unknown[]) => items.map(() => '') }
  return JSON.parse(await executeQuery({ loader, fhirPath, bases: [] }, prepareQuery({ query, variables: undefined, operationName: undefined }, schemas.system), undefined))
}

describe('a query of several levels', () => {
  it('asks once for all references of a level, and once for each field that looks backwards', async () => {
    const { loader, asked } = recording()
    const answer = await run(`{ PatientList { id managingOrganization { resource(type: Organization) { id partOf { resource { id } } } }
      ObservationList(_reference: patient) { id subject { resource { id } } } ConditionList(_reference: patient) { id } } Patient(id: "x") { id } }`, loader) as { PatientList: { id: string; managingOrganization: { resource: unknown }; ObservationList: unknown }[] }
    expect(asked).toEqual(['read Patient/x', 'list Patient', 'follow 120', 'list Observation of 120', 'list Condition of 120', 'follow 240'])
    expect(answer.PatientList).toHaveLength(120)
    expect(answer.PatientList[4]).toMatchObject({ id: 'p4', managingOrganization: { resource: { id: 'o1', partOf: { resource: { id: 'top' } } } }, ObservationList: [{ id: 'p4-1', subject: { resource: { id: 'p4' } } }] })
  })
  it('keeps the order of its fields', async () => {
    expect(JSON.stringify(await run('{ b: Patient(id: "2") { id } a: Patient(id: "1") { resourceType id } }', recording().loader))).toBe('{"b":{"id":"2"},"a":{"resourceType":"Patient","id":"1"}}')
  })
})

describe('arguments of a search', () => {
  it('become parameters: arrays are joined by or, commas are part of a value', () => {
    expect(toPairs('Observation', { value_quantity: ['5.40'], code: ['a,b', String.raw`c\,d`, 'e|f'], _filter: 'status eq final', _count: 3, fhirpath: 'x', date: null })).toEqual([['value-quantity', '5.40'], ['code', String.raw`a\,b,c\,d,e|f`], ['_filter', 'status eq final']])
  })
  it('are in the cursor whole, and nothing else is', () => {
    const pairs = [['name', 'Nguyễn & Văn'], ['_count', '20'], ['_cursor', 'xyz']] as const
    expect(readCursor(writeCursor(pairs), 'Patient')).toEqual(pairs)
    for (const forged of [[['_has:Observation:patient:code', '1']], [['_include', '*']], [['code', '1']]] as const) expect(() => readCursor(writeCursor(forged), 'Patient')).toThrow('bad-parameter')
  })
})
