/** Which papers a signature makes for the patient, and when a correction makes them anew. */
import { describe, expect, it } from 'vitest'
import { objectFromPlain, type JsonObject } from '#api/model/json.ts'
import type { StoredDocument } from '#api/model/ports.ts'
import { EXTENSION } from '#api/model/systems.ts'
import { planPapers } from '#api/visit/plan-papers.ts'
import type { PlanRequest } from '#api/visit/planned-document.ts'
import { makeDiagnosis, makeEncounter, makeNote } from '#test/support/visit.ts'

const DAY = '2026-11-22'
const visit = (...extension: object[]): JsonObject => objectFromPlain(makeEncounter('luot-1', 'khoa-kham', { extension }))
const appointment = (day: string) => ({ url: EXTENSION.followUp, valueDate: day })
const stored = (form: string, title: string): StoredDocument => ({ id: 'd1', code: 'c1', form, slot: form, title, evidence: { signedAt: '2026-11-22T02:00:00.000Z' } } as unknown as StoredDocument)
const slip = (title = 'Phiếu hẹn khám lại') => stored('appointment-slip', title)

const request = (encounter: JsonObject, more: Partial<PlanRequest> = {}, touched: readonly object[] = []): PlanRequest => ({
  chart: { encounter } as PlanRequest['chart'], settled: { writes: [], resources: [], touched: new Set(touched.map((resource) => objectFromPlain(resource))), removed: [] }, mode: 'open', reason: 'nhầm', documents: [],
  encounterBefore: encounter, day: DAY, kindOf: () => 'C', ...more,
})
const made = (...given: Parameters<typeof request>) => planPapers(request(...given)).map(({ form, title, relation, instead }) => [form, title, relation?.kind, instead && Object.keys(instead)[0]])

describe('an appointment slip', () => {
  const asked = visit(appointment('2026-11-29'))
  it('is made where the visit names a day, and only then', () => {
    expect(made(asked)).toEqual([['appointment-slip', 'Phiếu hẹn khám lại', undefined, undefined]])
    expect(made(visit())).toEqual([])
  })
  it('is made only while its form is in force on the day of the visit', () => {
    expect(made(asked, { day: '2024-12-31' })).toEqual([])
    expect(made(asked, { day: '2025-01-01' })).toHaveLength(1)
  })
  it('is made anew by a correction of what it shows, and left alone by any other', () => {
    const correction = { mode: 'replaces', documents: [slip()] } as const
    expect(made(asked, correction)).toEqual([])
    expect(made(asked, correction, [makeNote({ encounter: 'luot-1' }, 'history', 'Ho')])).toEqual([])
    expect(made(asked, correction, [makeDiagnosis({ encounter: 'luot-1' }, 'J00', 'Cảm', '2026')])).toEqual([['appointment-slip', 'Phiếu hẹn khám lại', 'replaces', undefined]])
    expect(made(asked, { ...correction, encounterBefore: visit(appointment('2026-11-28')) })).toEqual([['appointment-slip', 'Phiếu hẹn khám lại', 'replaces', undefined]])
  })
  it('is taken back once when the day is taken off, and made anew when one is named again', () => {
    const before = { mode: 'replaces', encounterBefore: asked } as const
    expect(made(visit(), { ...before, documents: [slip()] })).toEqual([['appointment-slip', 'Phiếu hẹn khám lại (hủy)', 'replaces', 'follow-up']])
    expect(made(visit(), { ...before, documents: [slip('Phiếu hẹn khám lại (hủy)')] })).toEqual([])
    expect(made(asked, { mode: 'replaces', encounterBefore: visit(), documents: [slip('Phiếu hẹn khám lại (hủy)')] })).toEqual([['appointment-slip', 'Phiếu hẹn khám lại', 'replaces', undefined]])
  })
  it('is not touched by an addendum', () => {
    expect(made(asked, { mode: 'appends', documents: [slip()] }, [makeDiagnosis({ encounter: 'luot-1' }, 'J00', 'Cảm', '2026')])).toEqual([])
  })
})
