/** The shipped lists as they are read at the first start. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { readListFile } from '#api/terminology/list-file.ts'
import { mapRows } from '#api/terminology/mapping.ts'
import { STARTER_LISTS } from '#api/terminology/starter-lists.ts'
import type { Concept } from '#api/model/ports.ts'

export const listsFolder = new URL('../../../api/terminology/lists/', import.meta.url)

export const readStarter = async (list: string): Promise<Concept[]> => {
  const row = STARTER_LISTS.find((r) => r.list === list)
  if (!row) throw new Error(`no list ${list}`)
  const rows = await readListFile(readFileSync(new URL(row.file, listsFolder)))
  const titles = rows[0] ?? []
  const { concepts, errors } = mapRows(rows, { ...row, columns: {
    code: 'code', display: 'display', ...(titles.includes('displayEn') ? { displayEn: 'displayEn' } : {}), ...(titles.includes('reviewed') ? { reviewed: 'reviewed' } : {}),
    properties: Object.fromEntries(titles.slice(2).map((t) => [t, t])),
  } })
  expect(errors).toEqual([])
  return concepts
}
