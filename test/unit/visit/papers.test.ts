/** Which papers a signature makes for the patient, and when a correction makes them anew. */
import { describe, expect, it } from 'vitest'
import { objectFromPlain, type JsonObject } from '#api/model/json.ts'
import { daysOf, judgePapers, lastDayOf, type PaperFacts } from '#api/model/paper-rules.ts'
import type { StoredDocument } from '#api/model/ports.ts'
import { CODE_SYSTEM, EXTENSION } from '#api/model/systems.ts'
import { planPapers } from '#api/visit/plan-papers.ts'
import type { PlanRequest } from '#api/visit/planned-document.ts'
import { makeDiagnosis, makeDrug, makeEncounter, makeNote } from '#test/support/visit.ts'

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

describe('a sick leave', () => {
  const leave = (to = '2026-11-24') => ({ url: EXTENSION.sickLeave, valuePeriod: { start: DAY, end: to } })
  it('is certified where the visit grants one, and stands beside the slip', () => {
    expect(made(visit(leave()))).toEqual([['sick-leave', 'Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội', undefined, undefined]])
    expect(made(visit(leave(), appointment('2026-11-29'))).map(([form]) => form)).toEqual(['appointment-slip', 'sick-leave'])
    expect(made(visit(leave()), { day: '2025-06-30' })).toEqual([])
  })
  it('is certified anew when its days, the medicines or the plan are corrected: all three stand on it', () => {
    const correction = { mode: 'replaces', documents: [stored('sick-leave', 'Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội')] } as const
    const context = { encounter: 'luot-1' }
    expect(made(visit(leave()), correction, [makeNote(context, 'history', 'Ho')])).toEqual([])
    for (const changed of [makeNote(context, 'plan', 'Nghỉ'), makeDrug(context, 'A', 'A', '2026'), makeDiagnosis(context, 'J00', 'Cảm', '2026')]) expect(made(visit(leave()), correction, [changed])).toHaveLength(1)
    expect(made(visit(leave()), { ...correction, encounterBefore: visit(leave('2026-11-25')) })).toHaveLength(1)
    expect(made(visit(), { ...correction, encounterBefore: visit(leave()) })).toEqual([['sick-leave', 'Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội (hủy)', 'replaces', 'sick-leave']])
  })
})

describe('a referral', () => {
  const sent = (to: string, reason = '1b', code = 'transfer'): JsonObject => objectFromPlain(makeEncounter('luot-1', 'khoa-kham', {
    extension: [{ url: EXTENSION.referral, extension: [{ url: 'reason', valueCoding: { system: CODE_SYSTEM.referralReason, code: reason } }] }],
    hospitalization: { destination: { display: to }, dischargeDisposition: { coding: [{ system: CODE_SYSTEM.dispositions, version: 'v', code }] } },
  }))
  const current = { mode: 'replaces', documents: [stored('referral', 'Phiếu chuyển cơ sở khám bệnh, chữa bệnh')] } as const
  it('is made where the visit ends with a transfer, whatever else is filled in', () => {
    expect(made(sent('Bệnh viện Quân y 975'))).toEqual([['referral', 'Phiếu chuyển cơ sở khám bệnh, chữa bệnh', undefined, undefined]])
    expect(made(sent('Bệnh viện Quân y 975', '1b', 'home'))).toEqual([])
  })
  it('is made anew for another facility or reason and for other findings, and taken back when the patient stays', () => {
    const now = sent('Bệnh viện Quân y 975')
    expect(made(now, current)).toEqual([])
    for (const before of [sent('Bệnh viện khác'), sent('Bệnh viện Quân y 975', '2')]) expect(made(now, { ...current, encounterBefore: before })).toHaveLength(1)
    expect(made(now, current, [makeNote({ encounter: 'luot-1' }, 'examination', 'Bụng chướng')])).toHaveLength(1)
    expect(made(sent('', '', 'home'), { ...current, encounterBefore: now })).toEqual([['referral', 'Phiếu chuyển cơ sở khám bệnh, chữa bệnh (hủy)', 'replaces', 'referral']])
  })
})

describe('the rules of the papers', () => {
  const facts = (given: Partial<PaperFacts>): PaperFacts => ({ day: DAY, followUp: undefined, leave: undefined, referral: undefined, birthDate: '1990-01-01', parents: [], ...given })
  it('count days with both ends, also over a month and a leap day', () => {
    expect([daysOf({ from: DAY, to: DAY }), daysOf({ from: DAY, to: '2026-12-21' }), lastDayOf('2028-02-28', 2), lastDayOf(DAY, 1)]).toEqual([1, 30, '2028-02-29', DAY])
  })
  it.each([['2026-11-22', ['follow-up-early']], ['2026-11-21', ['follow-up-early']], ['2026-11-23', []], ['2026-02-30', ['follow-up-early']]])('an appointment on %s', (followUp, expected) => {
    expect(judgePapers(facts({ followUp }))).toEqual(expected)
  })
  it.each([[DAY, DAY, []], [DAY, '2026-12-21', []], [DAY, '2026-12-22', ['leave-span']], [DAY, '2026-11-21', ['leave-span']], ['2026-11-21', '2026-11-24', ['leave-start']], [DAY, '2026-12', ['leave-span']]])('a leave from %s to %s', (from, to, expected) => {
    expect(judgePapers(facts({ leave: { from, to } }))).toEqual(expected)
  })
  it('ask a referral where to and why', () => {
    expect(judgePapers(facts({ referral: { to: ' ', reason: '' } }))).toEqual(['referral-to', 'referral-reason'])
    expect(judgePapers(facts({ referral: { to: 'Bệnh viện Quân y 975', reason: '9' } }))).toEqual(['referral-reason'])
    expect(judgePapers(facts({ referral: { to: 'Bệnh viện Quân y 975', reason: '1a' } }))).toEqual([])
  })
  it('name a parent of a child under seven, and of nobody older', () => {
    const leave = { from: DAY, to: DAY }
    expect(judgePapers(facts({ leave, birthDate: '2019-11-23' }))).toEqual(['leave-parent'])
    expect(judgePapers(facts({ leave, birthDate: '2019-11-23', parents: [' '] }))).toEqual(['leave-parent'])
    expect(judgePapers(facts({ leave, birthDate: '2019-11-23', parents: ['Trần Thị Mẫu'] }))).toEqual([])
    expect(judgePapers(facts({ leave, birthDate: '2019-11-22' }))).toEqual([])
    expect(judgePapers(facts({ birthDate: '2019-11-23' }))).toEqual([])
  })
})
