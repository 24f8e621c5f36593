/** A doctor's way from the queue to the signed document, in twelve pictures: the README shows them. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import type { DocumentRow } from '#api/model/site.ts'

/** States of support/states.ts in the order of the work; the document itself comes behind the signed visit. */
export const WALK = [
  '10-hang-doi', '11-phieu-kham-trong', '13-mau-cau', '13-tim-chan-doan', '13-chi-dinh-hay-dung', '12-phieu-kham-dang-nhap', '12-canh-bao-thuoc', '13-giay-to-mang-ve', '14-xem-lai-va-ky', '16-phieu-kham-da-ky',
  'ban-da-ky', '21-xac-minh-hop-le',
] as const
export const SIGNED_DOCUMENT = 'ban-da-ky'

/** "07-12-canh-bao-thuoc.png" would say two numbers: the place on the way, then the state without its own. */
export const walkName = (state: string): string => {
  const place = WALK.findIndex((name) => name === state)
  return `${String(place + 1).padStart(2, '0')}-${state.replace(/^\d+-/, '')}.png`
}

/** The first page of the visit's document as it was signed, by poppler. `page` is signed in as its doctor. */
export async function pictureOfDocument(page: Page, visit: string, file: string): Promise<void> {
  const encounter = visit.split('/').at(-1) ?? ''
  const [document] = await (await page.request.get(`/api/documents?encounter=${encodeURIComponent(encounter)}`)).json() as DocumentRow[]
  if (!document) throw new Error(`no signed document of ${visit}`)
  const pdf = `${file}.pdf`
  fs.writeFileSync(pdf, await (await page.request.get(`/api/documents/${document.id}/pdf`)).body())
  try {
    const done = spawnSync('pdftoppm', ['-png', '-singlefile', '-r', '80', pdf, path.join(path.dirname(file), path.basename(file, '.png'))], { encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`pdftoppm: ${done.error?.message ?? done.stderr}`)
  } finally {
    fs.rmSync(pdf)
  }
}
