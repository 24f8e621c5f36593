/** Lines of an upload, as an import reads them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { LONGEST_LINE, readLines, writeWhole } from '#api/store/bulk/upload.ts'
import { toMutual } from '#api/store/bulk/aside.ts'

const folder = mkdtempSync(join(tmpdir(), 'emr-upload-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** All lines, `most` at a time; [start, text or its absence]. */
const readAll = async (content: string | Buffer, most: number): Promise<[number, string | undefined][]> => {
  const path = join(folder, 'x')
  writeFileSync(path, content)
  const handle = await open(path, 'r')
  const found: [number, string | undefined][] = []
  for (let at = 0; ;) {
    const lines = await readLines(handle, at, most)
    const last = lines.at(-1)
    if (last === undefined) break
    found.push(...lines.map(({ start, text }): [number, string | undefined] => [start, text]))
    at = last.start + last.length
  }
  await handle.close()
  return found
}

it.each([1, 2, 100])('reads every line once, the last without an end too, %i at a time', async (most) => {
  expect(await readAll('a\n\nđ\r\nb', most)).toEqual([[0, 'a'], [2, ''], [3, 'đ\r'], [7, 'b']])
  expect(await readAll('', most)).toEqual([])
  expect(await readAll('a\n', most)).toEqual([[0, 'a']])
})
it('reads lines that are longer than what is read at a time, and goes on behind one that is too long or no text', async () => {
  const long = 'x'.repeat(3_000_000)
  expect(await readAll(`a\n${long}\nb\n`, 10)).toEqual([[0, 'a'], [2, long], [3_000_003, 'b']])
  const tooLong = Buffer.alloc(LONGEST_LINE + 1, 'y')
  expect(await readAll(Buffer.concat([Buffer.from('a\n'), tooLong, Buffer.from('\n\xff\nb', 'latin1')]), 10)).toEqual([[0, 'a'], [2, undefined], [LONGEST_LINE + 4, undefined], [LONGEST_LINE + 6, 'b']])
  expect(await readAll(Buffer.alloc(LONGEST_LINE + 5, 'y'), 10)).toEqual([[0, undefined]])
  expect((await readAll(Buffer.alloc(LONGEST_LINE, 'y'), 10)).map(([, text]) => text?.length)).toEqual([LONGEST_LINE])
})
it('finds those that have all they need among themselves, circles too', () => {
  const items = [['a', 'b'], ['b', 'a'], ['c', 'x'], ['d', 'c'], ['e'], ['f', 'a', 'e']].map(([key = '', ...needs]) => ({ key, needs }))
  expect(toMutual(items).map(({ key }) => key)).toEqual(['a', 'b', 'e', 'f'])
})

it.each([1, 3, 7, 100])('writes all of it, when the disk takes %i bytes at a time', async (most) => {
  const bytes = Buffer.from('nghìn dòng đều tới nơi')
  const taken: Uint8Array[] = []
  await writeWhole({ write: (part, offset, length) => {
    const some = Math.min(most, length)
    taken.push(Uint8Array.from(part.subarray(offset, offset + some)))
    return Promise.resolve({ bytesWritten: some })
  } }, bytes)
  expect(Buffer.concat(taken)).toEqual(bytes)
  await expect(writeWhole({ write: () => Promise.resolve({ bytesWritten: 0 }) }, bytes)).rejects.toThrow('nothing more')
})
