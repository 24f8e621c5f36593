/**
 * requirements.csv: what R4, Bulk Data Access and SMART App Launch ask of a server, and which test shows it. A row that is not shown says so.
 * features.csv: what servers of FHIR offer, feature by feature and part by part, and which test shows that it works here.
 */
import { parse } from 'csv-parse/sync'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const COLUMNS = ['id', 'section', 'url', 'requirement', 'level', 'status', 'test']
const rows: string[][] = parse(readFileSync(new URL('requirements.csv', import.meta.url), 'utf8'))

/** R4, the guides for bulk data, subscriptions, the patient summary and SMART, and the documents that the latter builds on. */
const URL_OF_SPEC = /^((http:\/\/hl7\.org\/fhir\/R4|https:\/\/hl7\.org\/fhir\/(uv\/(bulkdata\/STU2|subscriptions-backport\/STU1\.1|ips\/STU1\.1)|smart-app-launch\/STU2\.2))\/[A-Za-z0-9-]+\.html|https:\/\/datatracker\.ietf\.org\/doc\/html\/rfc\d+)(#.+)?$/

interface Row { readonly id: string; readonly url: string; readonly requirement: string; readonly level: string; readonly status: string; readonly test: string }
const requirements = rows.slice(1).map((row): Row => {
  const [id = '', , url = '', requirement = '', level = '', status = '', test = ''] = row
  return { id, url, requirement, level, status, test }
})

interface Feature { readonly id: string; readonly test: string }
const [heads, ...featureRows]: string[][] = parse(readFileSync(new URL('features.csv', import.meta.url), 'utf8'))
const features = featureRows.map(([feature = '', part = '', test = '']): Feature => ({ id: `${feature}: ${part}`, test }))

/** Why the test that a row names is not there; undefined when it is. */
const missing = ({ id, test }: Pick<Row, 'id' | 'test'>): string | undefined => {
  const [file = '', name = ''] = test.split(' > ', 2)
  const path = new URL(file, ROOT)
  if (!/^test\/.+\.test\.ts$/.test(file) || !existsSync(path)) return `${id}: no file ${file}`
  // the title stands in quotes behind it( or test(, or behind the table of an each
  const title = name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  const source = readFileSync(path, 'utf8')
  const found = [`'${title}',`, `"${name}",`].some((quoted) => source.includes(`(${quoted}`) || new RegExp(`\\(\\s*${quoted.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`).test(source))
  return name !== '' && found ? undefined : `${id}: no test "${name}" in ${file}`
}

describe('the list of requirements', () => {
  it('has its columns, and each row an id of its own, a level, a status and the page that asks it', () => {
    expect(rows[0]).toEqual(COLUMNS)
    expect(rows.filter((row) => row.length !== COLUMNS.length)).toEqual([])
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length)
    expect(requirements.filter(({ id, url, requirement, level, status }) =>
      !/^[a-z]+-\d{3}$/.test(id) || !URL_OF_SPEC.test(url) || requirement === '' || !/^(SHALL|SHOULD|MAY)$/.test(level) || !/^(shown|open|not-applicable)$/.test(status))).toEqual([])
  })
  it('names for each requirement that is shown a test that is there, and for no other', () => {
    expect(requirements.filter(({ status }) => status === 'shown').flatMap((row) => missing(row) ?? [])).toEqual([])
    expect(requirements.filter(({ status, test }) => status !== 'shown' && test !== '').map(({ id }) => id)).toEqual([])
  })
  it('has for each part of each feature a test that is there', () => {
    expect([heads, features.length > 100, new Set(features.map(({ id }) => id)).size]).toEqual([['feature', 'part', 'test'], true, features.length])
    expect(features.flatMap((row) => missing(row) ?? [])).toEqual([])
  })
  it('would see a test that is not there', () => {
    const row = { id: 'x-001', url: '', requirement: '', level: '', status: 'shown' }
    expect(missing({ ...row, test: 'test/conformance/requirements.test.ts > would see a test that is not there' })).toBeUndefined()
    for (const test of ['test/conformance/none.test.ts > x', 'test/conformance/requirements.test.ts > a test that nobody wrote', 'test/conformance/requirements.test.ts', 'package.json > name']) expect(missing({ ...row, test })).toBeDefined()
  })
})
