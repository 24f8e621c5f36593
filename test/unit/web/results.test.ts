/** What the work list and the results inbox show, and the words of a result in an addendum. */
import { describe, expect, test } from 'vitest'
import type { ResultLine, WorkRow } from '#api/model/results.ts'
import { summaryOf } from '#web/features/results/inbox-view.ts'
import { resultText } from '#web/features/visit/result-text.ts'
import { countByFilter, isShownDay, returnReasons, togetherBack, togetherWith, viewWork, withOverdue } from '#web/features/work-lists/work-view.ts'

const row = (order: string, more: Partial<WorkRow> = {}): WorkRow =>
  ({ order, encounter: 'e1', patient: 'p1', number: 'BN26000001', name: 'Nguyễn Văn Mẫu', code: 'XN-CTM', test: 'Công thức máu', urgent: false, ordered: '2026-11-28T08:00:00+07:00', department: 'Khoa Khám bệnh', doctor: 'Trần Văn Mẫu', signed: false, state: 'waiting', version: 0, amended: false, ...more })
const flag = (code: string): string => ({ H: 'Cao', LL: 'Thấp, nguy hiểm' })[code] ?? code
const LINES: readonly ResultLine[] = [{ code: '1', name: 'Natri', text: '140', unit: 'mmol/L', range: '136–145', flag: 'N' }, { code: '2', name: 'Kali', text: '5.30', unit: 'mmol/L', range: '3.5–5.0', flag: 'H' }]

describe('a work list', () => {
  const rows = [row('a'), row('b', { ordered: '2026-11-28T09:00:00+07:00', accession: '261128-0002', state: 'received' }), row('c', { urgent: true, ordered: '2026-11-27T09:00:00+07:00' }), row('d', { state: 'final', urgent: true }), row('e', { patient: 'p2', name: 'Đỗ Thị Mẫu', number: 'BN26000002' })]
  test('has urgent orders on top, then the newest, and released ones only where they are asked for', () => {
    expect(viewWork(rows, 'open', '').map(({ order }) => order)).toEqual(['c', 'b', 'a', 'e'])
    expect(countByFilter(rows)).toEqual({ open: 4, waiting: 3, received: 1, preliminary: 0, final: 1, all: 5 })
  })
  test('is searched by name without accents, by test, by patient and by specimen', () => {
    expect([viewWork(rows, 'all', 'do thi'), viewWork(rows, 'all', 'bn26000002'), viewWork(rows, 'all', '0002')].map((found) => found.map(({ order }) => order))).toEqual([['e'], ['e'], ['b', 'e']])
    expect(viewWork(rows, 'all', 'cong thuc').length).toBe(5)
  })
  test('has what waits since long behind what is recent, once, and looks up the days of a month', () => {
    expect(withOverdue([row('a', { state: 'received' }), row('b')], [row('a'), row('z')]).map(({ order, state }) => `${order} ${state}`)).toEqual(['a received', 'b waiting', 'z waiting'])
    expect(['', '2026-11-28', '2026-10-28', '2026-10-27', '2026-11-29'].map((day) => isShownDay(day, '2026-11-28'))).toEqual([false, true, true, false, false])
  })
  test('takes the waiting orders of one patient, visit and material together, and what is of no known material alone', () => {
    const tubes = [row('s1', { material: 'blood-serum' }), row('s2', { material: 'blood-serum' }), row('u', { material: 'urine' }), row('v', { material: 'blood-serum', encounter: 'e2' }), row('o1', { material: 'other' }), row('o2', { material: 'other' }), row('p', { patient: 'p2', material: 'blood-serum' })]
    expect(['s1', 'u', 'v', 'o1'].map((id) => togetherWith(tubes, tubes.find(({ order }) => order === id) ?? row('')).map(({ order }) => order))).toEqual([['s1', 's2'], ['u'], ['v'], ['o1']])
    const taken = [row('a', { specimen: 'm', state: 'received' }), row('b', { specimen: 'm', state: 'preliminary' }), row('c', { specimen: 'm', state: 'final' }), row('d', { specimen: 'n', state: 'received' })]
    expect(togetherBack(taken, taken[0] ?? row('')).map(({ order }) => order)).toEqual(['a', 'b'])
    expect([returnReasons('lab', row('a')), returnReasons('imaging', row('a', { state: 'received' }))]).toEqual([['no-show', 'other'], ['no-show', 'by-mistake', 'other']])
    expect(countByFilter([row('a', { state: 'given-up' })])).toMatchObject({ open: 0, waiting: 0, all: 1 })
  })
})

describe('a result', () => {
  test('is said in one line with what is out of range first, in words', () => {
    expect(summaryOf({ lines: LINES, conclusion: '' }, flag)).toBe('Kali 5.30 mmol/L (Cao); Natri 140 mmol/L')
  })
  test('goes into an addendum with digits, ranges and meaning', () => {
    expect(resultText({ test: 'Điện giải đồ', at: '2026-11-28T03:42:00Z', lines: LINES, conclusion: '' }, flag)).toBe('Điện giải đồ (10:42 28/11/2026): Natri 140 mmol/L (136–145), Kali 5.30 mmol/L (3.5–5.0) cao.')
    expect(resultText({ test: 'X-quang ngực', at: '2026-11-28T03:42:00Z', lines: [], conclusion: 'Bình thường.' }, flag)).toBe('X-quang ngực (10:42 28/11/2026): Bình thường.')
  })
})
