/** The list of procedures: what fits, in which order; and a time as it is typed. */
import { describe, expect, test } from 'vitest'
import type { ProcedureRow } from '#api/model/procedures.ts'
import { countByFilter, viewProcedures } from '#web/features/procedures/procedure-view.ts'
import { instantAt, parseClock } from '#web/record/procedures/procedure-time.ts'

const row = (order: string, more: Partial<ProcedureRow> = {}): ProcedureRow => ({
  order, version: 0, patient: 'p', number: `BN${order}`, name: 'Nguyễn Thị Mẫu', encounter: 'e', procedure: 'Thay băng vết thương', question: '', urgent: false, ordered: `2026-11-22T0${order}:00:00+07:00`, department: 'Khoa Khám bệnh', doctor: 'BS Mẫu', signed: true, ...more,
})
const done = { at: '2026-11-22T09:00:00+07:00', by: 'ĐD Mẫu', note: '' }
const rows = [row('1', { urgent: true }), row('2', { urgent: true, done }), row('3', { name: 'Trần Văn Thử', procedure: 'Khí dung' }), row('4')]
const shown = (...given: Parameters<typeof viewProcedures> extends [unknown, ...infer Rest] ? Rest : never): string[] => viewProcedures(rows, ...given).map(({ order }) => order)

describe('the list of procedures', () => {
  test('has urgent ones that wait first, then the newest', () => { expect([shown('all', ''), shown('waiting', ''), shown('done', '')]).toEqual([['1', '4', '3', '2'], ['1', '4', '3'], ['2']]) })
  test('is searched by name, procedure and number, without accents', () => { expect([shown('all', 'tran van'), shown('all', 'khi dung'), shown('all', 'bn4'), shown('done', 'khi')]).toEqual([['3'], ['3'], ['4'], []]) })
  test('counts what waits and what is done', () => { expect(countByFilter(rows)).toEqual({ waiting: 3, done: 1, all: 4 }) })
})

describe('a time', () => {
  test('is typed as people do, or is none', () => { expect(['8:5', '08h30', '0830', '7', '8.15', '24:00', '8:60', '', 'sáng'].map(parseClock)).toEqual(['08:05', '08:30', '08:30', '07:00', '08:15', undefined, undefined, undefined, undefined]) })
  test('is one of the site, wherever the PC is', () => { expect([instantAt('2026-11-22', '08:30'), instantAt('2026-11-22', '00:10')]).toEqual(['2026-11-22T01:30:00.000Z', '2026-11-21T17:10:00.000Z']) })
})
