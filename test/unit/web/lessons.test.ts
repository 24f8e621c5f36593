import { expect, test } from 'vitest'
import { LESSONS } from '#api/model/training.ts'
import en from '#web/i18n/en/training.ts'
import vi from '#web/i18n/vi/training.ts'
import { featureRoutes, mayOpen } from '#web/shell/routes.ts'

test('every lesson begins on a page that its roles may open at a training hospital, and has words in both languages', () => {
  for (const { id, roles, path, steps } of LESSONS) {
    for (const role of roles) {
      const page = featureRoutes.find((route) => route.path === path)
      expect([id, role, page !== undefined && mayOpen(page.access, { site: 'hospital', roles: [role], training: true })]).toEqual([id, role, true])
    }
    for (const texts of [vi, en]) {
      expect([id, Object.keys(texts.lesson).includes(id)]).toEqual([id, true])
      for (const step of steps) expect([step.id, Object.keys(texts.step).includes(step.id)]).toEqual([step.id, true])
    }
  }
})

test('lessons are a page of the training hospital alone, and the exchange of the real one', () => {
  const who = { site: 'hospital', roles: ['administrator', 'doctor'] } as const
  const opens = (name: string, training: boolean): boolean => featureRoutes.some((route) => route.name === name && mayOpen(route.access, { ...who, training }))
  expect([opens('lessons', true), opens('lessons', false), opens('admin-exchange', true), opens('admin-exchange', false)]).toEqual([true, false, false, true])
})
