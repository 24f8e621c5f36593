import { expect, test } from 'vitest'
import { ROLES } from '#api/model/actor.ts'
import { LESSONS, lessonsOf, stepsDone, type Lesson } from '#api/model/training.ts'

const lesson = (id: string): Lesson => {
  const found = LESSONS.find((one) => one.id === id)
  if (!found) throw new Error(id)
  return found
}

test('a step counts when it was done after the lesson began, and only what the lesson asks for', () => {
  const nurse = lesson('vital-signs')
  const at = (minute: number): string => `2026-11-28T08:${String(minute).padStart(2, '0')}:00.000Z`
  const done = [{ interaction: 'queue', at: at(1) }, { interaction: 'visit-sheet', at: at(5) }, { interaction: 'create', type: 'Encounter', at: at(6) }]
  expect(stepsDone(nurse, undefined, done)).toEqual([])
  expect(stepsDone(nurse, at(0), done)).toEqual(['queue', 'visit-sheet'])
  expect(stepsDone(nurse, at(5), done)).toEqual(['visit-sheet'])
  expect(stepsDone(nurse, at(5), [...done, { interaction: 'create', type: 'Observation', at: at(7) }])).toEqual(['visit-sheet', 'vital-signs'])
})

test('every role of a hospital has a lesson', () => {
  for (const role of ROLES.filter((one) => one !== 'center-operator')) expect([role, lessonsOf([role]).length > 0]).toEqual([role, true])
  expect(lessonsOf(['center-operator'])).toEqual([])
})
