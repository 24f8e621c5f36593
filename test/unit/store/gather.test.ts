/** Questions of one moment share a statement; none is answered from before it was asked. */
import { expect, test } from 'vitest'
import { gather } from '#api/store/connection/gather.ts'

/** A database whose statements end when the test says so. */
const slowly = () => {
  const statements: { readonly questions: readonly number[]; readonly end: (error?: Error) => void }[] = []
  const ask = (questions: readonly number[]): Promise<string[]> => new Promise((resolve, reject) => {
    statements.push({ questions, end: (error) => (error ? reject(error) : resolve(questions.map((question) => `answer ${question}`))) })
  })
  const asked = (): (readonly number[])[] => statements.map(({ questions }) => questions)
  return { statements, ask, asked }
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('who comes during a statement waits for the next one, with all the others who came', async () => {
  const { statements, ask, asked } = slowly()
  const question = gather(ask, { together: 3 })
  const first = [question(1), question(2)]
  await turn()
  const later = [question(3), question(4), question(5), question(6)]
  await turn()
  expect(asked()).toEqual([[1, 2]])
  statements[0]?.end()
  expect(await Promise.all(first)).toEqual(['answer 1', 'answer 2'])
  await turn()
  expect(asked()).toEqual([[1, 2], [3, 4, 5]])
  statements[1]?.end()
  await turn()
  statements[2]?.end()
  expect(await Promise.all(later)).toEqual(['answer 3', 'answer 4', 'answer 5', 'answer 6'])
})

test('a second statement begins beside the first where two may run', async () => {
  const { statements, ask, asked } = slowly()
  const question = gather(ask, { atATime: 2, together: 9 })
  const all = [question(1)]
  await turn()
  all.push(question(2))
  await turn()
  all.push(question(3))
  await turn()
  expect(asked()).toEqual([[1], [2]])
  statements[1]?.end()
  await turn()
  expect(asked()).toEqual([[1], [2], [3]])
  for (const { end } of statements) end()
  expect(await Promise.all(all)).toHaveLength(3)
})

test('a statement that fails fails those who asked in it, and the next one is asked as ever', async () => {
  const { statements, ask } = slowly()
  const question = gather(ask, { together: 9 })
  const first = [question(1), question(2)].map((each) => each.catch((error: unknown) => String(error)))
  await turn()
  const second = question(3)
  statements[0]?.end(new Error('gone'))
  expect(await Promise.all(first)).toEqual(['Error: gone', 'Error: gone'])
  await turn()
  statements[1]?.end()
  expect(await second).toBe('answer 3')
})

test('who is read from its connection at the same moment comes along, some microtasks later', async () => {
  const { asked, ask } = slowly()
  const question = gather(ask, { together: 9 })
  void question(1)
  for (let at = 0; at < 5; at += 1) await Promise.resolve()
  void question(2)
  process.nextTick(() => void question(3))
  await turn()
  expect(asked()).toEqual([[1, 2, 3]])
})
