/** A client that thinks of ever new shapes of searches fills no connection with plans. */
import { expect, test } from 'vitest'
import { createStatementNames } from '#api/store/connection/statement-names.ts'

test('a text keeps its name, another text has another, and there is an end to them', () => {
  const nameOf = createStatementNames(2)
  const [first, second] = [nameOf('select 1'), nameOf('select 2')]
  expect([first, second].every((name) => name !== undefined && name.length < 64)).toBe(true)
  expect(first).not.toBe(second)
  expect([nameOf('select 3'), nameOf('select 1'), nameOf('select 2')]).toEqual([undefined, first, second])
})
