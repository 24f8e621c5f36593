/** Diagnoses of all visits, each once: what nobody has confirmed is told apart (invented). */
import { expect, it } from 'vitest'
import { toProblems } from '#api/chart/problems.ts'
import type { StoredVersion } from '#api/model/resource.ts'
import { CODE_SYSTEM } from '#api/model/systems.ts'

const diagnosis = (id: string, code: string, recordedDate: string, certainty: string): StoredVersion => ({
  type: 'Condition', id, version: 1, lastUpdated: recordedDate, deleted: false,
  body: JSON.stringify({ resourceType: 'Condition', id, code: { coding: [{ system: CODE_SYSTEM.icd10, code }], text: code }, recordedDate, verificationStatus: { coding: [{ code: certainty }] }, subject: { reference: 'Patient/p1' } }),
})

it('a problem is provisional until one visit has confirmed it, whichever visit that was', () => {
  const problems = toProblems([
    diagnosis('c5', 'K35', '2026-05-01T00:00:00Z', 'provisional'), diagnosis('c4', 'J18', '2026-04-01T00:00:00Z', 'provisional'), diagnosis('c3', 'J18', '2026-03-01T00:00:00Z', 'confirmed'),
    diagnosis('c2', 'I10', '2026-02-01T00:00:00Z', 'confirmed'), diagnosis('c1', 'K35', '2026-01-01T00:00:00Z', 'differential'),
  ], 'Asia/Ho_Chi_Minh')
  expect(problems.map(({ code, times, first, provisional }) => [code, times, first, provisional])).toEqual([['K35', 2, '2026-01-01', true], ['J18', 2, '2026-03-01', undefined], ['I10', 1, '2026-02-01', undefined]])
})
