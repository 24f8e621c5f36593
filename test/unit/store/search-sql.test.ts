import { describe, expect, test } from 'vitest'
import type { Visibility } from '#api/model/ports.ts'
import { compileCount, compilePage } from '#api/search/compile.ts'
import { readCursor, writeCursor } from '#api/search/cursor.ts'
import { digest } from '#api/search/hash.ts'
import { parseSearch } from '#api/search/parse.ts'

const now = new Date('2026-11-22T05:00:00Z')
const context = { timeZone: 'Asia/Ho_Chi_Minh', bases: [], now }
const all: Visibility = { kind: 'all' }
const care: Extract<Visibility, { kind: 'care' }> = { kind: 'care', account: 'acc', departments: ['d1'], wholeSite: false }
const parse = (type: string, text: string) => parseSearch({ type, parameters: [...new URLSearchParams(text)], strict: true }, context)
const sql = (type: string, text: string, visibility: Visibility = all) => compilePage(parse(type, text), { tenant: 900, visibility, now })

const COLUMNS = 'select r.rtype, r.id, r.ver, r.ts, r.del, r.pat, r.body, r.rid'

describe('the statement of a search', () => {
  test('one code, newest first: a join that can be walked in the order of the answer', () => {
    expect(sql('Observation', 'code=http://loinc.org|8867-4&_sort=-date&_count=20')).toEqual({
      text: `${COLUMNS}, (p1.d)::text as k0 from resource r join posting p1 on p1.tenant = $1 and p1.h = $2::int8 and p1.rid = r.rid `
        + 'where r.tenant = $1 and r.rtype = 96 and not r.del order by p1.d desc, p1.rid desc limit $3',
      values: [900, String(digest('Observation', 'code', 's', 'http://loinc.org|8867-4')), 21], onePlan: false,
    })
  })
  test('of one patient and a code: the rows of the patient in their order, the code probed for each, by a statement that is planned once', () => {
    expect(sql('Observation', 'code=http://loinc.org|8867-4&patient=p1&_sort=-date&_count=20')).toEqual({
      text: `${COLUMNS}, (p1.d)::text as k0 from posting p1 cross join lateral (select * from resource row2 where row2.tenant = $1 and row2.rtype = 96 and row2.rid = p1.rid and not row2.del offset 0) r `
        + 'where p1.tenant = $1 and p1.h = $2::int8 and exists (select from posting p3 where p3.tenant = $1 and p3.h = $3::int8 and p3.d = p1.d and p3.rid = p1.rid offset 0) '
        + 'order by p1.d desc, p1.rid desc limit $4',
      values: [900, String(digest('Observation', 'subject', 'r', 'Patient/p1')), String(digest('Observation', 'code', 's', 'http://loinc.org|8867-4')), 21], onePlan: true,
    })
  })
  test('what only a plan for its values finds fast is planned each time', () => {
    const planned = (type: string, text: string, visibility?: Visibility): boolean => !sql(type, text, visibility).onePlan
    for (const text of ['code=a', 'patient=p1&value-quantity=gt5', 'patient=p1&date=ge2020', 'performer=Practitioner/d1', 'patient=p1&encounter.status=finished', 'patient.name=an', 'patient.gender=male', '_id=1']) expect(planned('Observation', text), text).toBe(true)
    for (const text of ['patient=p1', 'encounter=Encounter/e1&code=a,b&status:not=final', 'patient.identifier=s|1&code=a', 'identifier=s|1']) expect(planned('Observation', text), text).toBe(false)
    expect(planned('Observation', 'patient=p1', care)).toBe(true)
    for (const text of ['name=an&birthdate=2000', 'name=an&_sort=birthdate', 'name:contains=an', 'name:exact=An', 'name=an,binh']) expect(planned('Patient', text), text).toBe(true)
    expect(planned('Patient', 'name=an', care)).toBe(true)
    expect(planned('Patient', 'name=an', { kind: 'all', limits: [{ type: 'Patient', any: [[{ digests: ['1'], not: false }]] }] })).toBe(true)
    for (const text of ['name=an', 'family=nguyen', 'address-city=ha']) expect(planned('Patient', text), text).toBe(false)
  })
  test('several values of one parameter are one array', () => {
    const { text, values } = sql('Observation', 'code=a,b')
    expect(text).toContain('exists (select from posting p1 where p1.tenant = $1 and p1.h = any($2::int8[]) and p1.d = r.d and p1.rid = r.rid)')
    expect(values[1]).toBe(`{${digest('Observation', 'code', 'c', 'a')},${digest('Observation', 'code', 'c', 'b')}}`)
  })
  test('several strings are looked for in one look at the rows, of all types at once', () => {
    const { text } = sql('Patient', 'name=an,binh&address:contains=ha')
    expect(text).toContain('exists (select from pst_str x1 where x1.tenant = $1 and x1.h = any($2::int8[]) and x1.rid = r.rid and (x1.norm >= $3 and x1.norm < $4 or x1.norm >= $5 and x1.norm < $6))')
    expect(text.match(/pst_str/g)).toHaveLength(2)
  })
  test('every row of `resource` is live and visible: match, chain, _has', () => {
    const { text } = sql('Observation', 'patient.name=an&encounter:Encounter._has:Condition:encounter:code=x', care)
    const rows = text.match(/(?:from|join) resource (\w+)/g) ?? []
    expect(rows).toHaveLength(4)
    for (const row of rows) {
      const alias = row.split(' ').at(-1)
      expect(text).toContain(`not ${alias}.del and (${alias}.pat is null or ${alias}.rtype = 103 or exists (select from care_relation care where care.tenant = $1 and care.patient = ${alias}.pat`)
    }
  })
  test('every table stands with its tenant', () => {
    const { text } = sql('Patient', '_has:Observation:patient:code-value-quantity=a$gt1&birthdate=ge2000&name:contains=x&_sort=name', care)
    for (const [, alias] of text.matchAll(/(?:from|join) (?:resource|posting|pst_\w+|care_relation) (\w+)/g)) expect(text, alias).toContain(`${alias}.tenant = $1`)
  })
  test('what is behind the cursor is one place in the index, and new rows stay out', () => {
    const query = parse('Observation', 'code=a&_sort=-date')
    const { text, values } = compilePage(query, { tenant: 900, visibility: all, now, after: { keys: ['2026-01-01 00:00:00+00'], rid: '7', bound: '9' } })
    expect(text).toContain('and (p1.d, p1.rid) < ($5::timestamptz, $3::int8) and r.rid <= $4::int8 order by')
    expect(values.slice(2, 5)).toEqual(['7', '9', '2026-01-01 00:00:00+00'])
  })
  test('the count has neither order nor page', () => {
    const { text } = compileCount(parse('Observation', 'code=a&_sort=-date'), { tenant: 900, visibility: all, now })
    expect(text).toBe('select count(*) as total from resource r join posting p1 on p1.tenant = $1 and p1.h = $2::int8 and p1.rid = r.rid where r.tenant = $1 and r.rtype = 96 and not r.del')
  })
  test('no value of a search is ever part of the text', () => {
    const value = 'zqxj'
    for (const name of ['code', 'code:not', 'value-string', 'value-string:exact', 'value-string:contains', 'subject', 'subject:identifier', 'patient.name', '_has:Provenance:target:agent', '_id', '_tag', '_profile', 'code-value-concept']) {
      const { text } = sql('Observation', `${name}=${name === 'code-value-concept' ? `${value}$${value}` : value}`, { ...care, departments: [value], account: value })
      expect(text, name).not.toContain(value)
    }
  })
})

describe('the cursor', () => {
  const key = new Uint8Array(32).fill(7)
  const state = { keys: ['Nguyễn', null], rid: '1', bound: '2' }
  test('opens only for the hospital and the search it was made for', () => {
    const query = parse('Patient', 'name=an&_count=5')
    const token = writeCursor(key, 900, query, state)
    expect(readCursor(key, 900, { ...parse('Patient', 'name=an&_count=50'), cursor: token })).toEqual(state)
    expect(() => readCursor(key, 901, { ...query, cursor: token })).toThrow(/bad-parameter/)
    expect(() => readCursor(key, 900, { ...parse('Patient', 'name=binh'), cursor: token })).toThrow(/bad-parameter/)
    expect(() => readCursor(new Uint8Array(32), 900, { ...query, cursor: token })).toThrow(/bad-parameter/)
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('Nguy')
  })
  test('refuses each of its bits turned', () => {
    const query = parse('Patient', 'name=an')
    const token = Buffer.from(writeCursor(key, 900, query, state), 'base64url')
    for (let at = 0; at < token.length; at++) {
      const changed = Buffer.from(token)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => readCursor(key, 900, { ...query, cursor: changed.toString('base64url') })).toThrow(/bad-parameter/)
    }
  })
})
