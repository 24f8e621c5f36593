/** An order set or a phrase while it is changed: whose it may become, what is sent. */
import { describe, expect, test } from 'vitest'
import type { Role } from '#api/model/actor.ts'
import { changeOf, creationOf, emptyPhrase, inSection, isComplete, mayKeepFor, withoutLine, type AidForm } from '#web/features/aids/aid-form.ts'

const grant = (role: Role, department: string | null) => ({ role, department, departmentName: null })

describe('what is kept', () => {
  test('may become whose the person may keep for, the nearest first', () => {
    expect(mayKeepFor([grant('doctor', 'a1')], ['a1', 'b1'])).toEqual(['person'])
    expect(mayKeepFor([grant('doctor', 'b1'), grant('head', 'a1')], ['a1', 'b1'])).toEqual(['person', 'department/a1'])
    expect(mayKeepFor([grant('head', null)], ['a1', 'b1'])).toEqual(['person', 'department/a1', 'department/b1'])
    expect(mayKeepFor([grant('administrator', null)], ['a1', 'b1'])).toEqual(['department/a1', 'department/b1', 'hospital'])
    expect(mayKeepFor([grant('nurse', 'a1')], ['a1'])).toEqual([])
  })
  const phrase: AidForm = { name: ' Hông. ', whose: 'department/a1', body: { kind: 'phrase', text: 'Họng đỏ' } }
  const set: AidForm = { name: ' Viêm họng ', whose: 'hospital', body: { kind: 'order-set', lines: [{ kind: 'order', code: 'A', display: 'A' }, { kind: 'order', code: 'B', display: 'B' }] } }
  test('is sent under a name that can be typed', () => {
    expect(creationOf(phrase)).toEqual({ scope: 'department', department: 'a1', name: 'hong', body: phrase.body })
    expect(creationOf(set)).toEqual({ scope: 'hospital', name: 'Viêm họng', body: set.body })
    expect(changeOf(phrase, 3)).toEqual({ version: 3, name: 'hong', body: phrase.body })
  })
  test('is not sent half', () => {
    expect([phrase, set, emptyPhrase('person'), { ...phrase, name: 'h' }, { ...set, body: { kind: 'order-set' as const, lines: [] } }].map(isComplete)).toEqual([true, true, false, false, false])
  })
  test('is meant for one section or for all, and loses a line', () => {
    expect(inSection({ kind: 'phrase', text: 'x', section: 'plan' }, '')).toEqual({ kind: 'phrase', text: 'x' })
    expect(inSection({ kind: 'phrase', text: 'x' }, 'plan')).toEqual({ kind: 'phrase', text: 'x', section: 'plan' })
    expect(set.body.kind === 'order-set' && withoutLine(set.body, 0).lines.map(({ code }) => code)).toEqual(['B'])
  })
})
