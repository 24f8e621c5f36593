/** How the signing inbox groups and ticks. */
import { expect, test } from 'vitest'
import { MOST_AT_ONCE, type WaitingVisit } from '#api/model/signing-inbox.ts'
import { groupByPatient, tickedOf, toggle, toggleAll } from '#web/features/signing/waiting-view.ts'

const visit = (encounter: string, patient = encounter, more: Partial<WaitingVisit> = {}): WaitingVisit =>
  ({ encounter, patient, name: 'Nguyễn Văn Mẫu', number: 1, departmentName: 'Khoa Khám bệnh', arrived: '2026-11-22T08:00:00.000+07:00', diagnoses: [], gaps: [], ...more })

test('visits of one patient stand together, the patient who waits longest first', () => {
  expect(groupByPatient([visit('a', 'x'), visit('b', 'y'), visit('c', 'x')]).map(({ encounter }) => encounter)).toEqual(['a', 'c', 'b'])
})
test('what lacks something or is not filed cannot be ticked', () => {
  const rows = [visit('a'), visit('b', 'b', { gaps: [{ message: 'Cần có chẩn đoán' }] }), visit('c', 'c', { draft: { updatedAt: '2026-11-22T09:00:00.000Z' } })]
  expect(tickedOf(rows, new Set(['a', 'b', 'c', 'gone'])).map(({ encounter }) => encounter)).toEqual(['a'])
  expect([...toggleAll(rows, new Set())]).toEqual(['a'])
  expect([...toggleAll(rows, new Set(['a']))]).toEqual([])
})
test('no more is ticked than one PIN signs', () => {
  const rows = Array.from({ length: MOST_AT_ONCE + 2 }, (_, at) => visit(`v${at}`))
  const all = toggleAll(rows, new Set())
  expect(all.size).toBe(MOST_AT_ONCE)
  expect(toggle(all, 'v11').size).toBe(MOST_AT_ONCE)
  expect(toggle(all, 'v0').has('v0')).toBe(false)
})
