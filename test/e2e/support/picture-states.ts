/** States of the viewer of pictures, with a PACS that has what fits, what does not, nothing, or is away. */
import type { Page } from 'playwright-core'
import { studyOf, withPacs } from './pacs-of.ts'
import type { State } from './state.ts'
import type { World } from './world.ts'

/** The pictures of the world's scan are opened by keyboard from the doctor's inbox, with what the PACS has of it meanwhile. */
async function openScan(page: Page, { scan, pacs }: World, differs: Parameters<typeof studyOf>[2], then: () => Promise<unknown>): Promise<void> {
  await withPacs(pacs, async ({ studies }) => {
    studies.push(await studyOf(page, scan, differs))
    await page.getByRole('row', { name: /Siêu âm ổ bụng/ }).first().focus()
    await page.keyboard.press('F9')
    await then()
  })
}
const inbox = (page: Page): Promise<unknown> => page.getByRole('row', { name: /Siêu âm ổ bụng/ }).first().waitFor()
const picture = (page: Page) => (): Promise<unknown> => page.getByRole('img', { name: /ảnh 1\/12/ }).waitFor()

/** Pictures that were asked for ahead when the PACS of the state was taken away. */
const AHEAD = /status of 503/

export const PICTURE_STATES: readonly State[] = [
  { name: '59-anh', site: 'hospital', login: 'bacsi', complains: AHEAD, path: () => '/ket-qua', ready: inbox, act: (page, world) => openScan(page, world, {}, picture(page)) },
  { name: '59-anh-cua-so-dao', site: 'hospital', login: 'bacsi', complains: AHEAD, path: () => '/ket-qua', ready: inbox, act: (page, world) => openScan(page, world, {}, async () => {
    await picture(page)()
    for (const key of ['ArrowRight', 'ArrowRight', 'w', 'w', 'i', '+', '+']) await page.keyboard.press(key)
    await page.getByRole('img', { name: /ảnh 3\/12/ }).waitFor()
  }) },
  { name: '59-anh-khac-nguoi', site: 'hospital', login: 'bacsi', path: () => '/ket-qua', ready: inbox, act: (page, world) => openScan(page, world, { patientName: 'TRAN^THI KHAC' }, () => page.getByText('tên người bệnh khác').waitFor()) },
  { name: '59-anh-chua-co', site: 'hospital', login: 'bacsi', path: () => '/ket-qua', ready: inbox, act: (page, world) => openScan(page, world, { accession: 'KHAC' }, () => page.getByText('Chưa có ảnh', { exact: true }).waitFor()) },
  { name: '59-anh-khong-toi', site: 'hospital', login: 'bacsi', path: () => '/ket-qua', ready: inbox, act: async (page) => {
    await page.getByRole('row', { name: /Siêu âm ổ bụng/ }).first().focus()
    await page.keyboard.press('F9')
    await page.getByText('PACS không trả lời').waitFor()
  } },
]
