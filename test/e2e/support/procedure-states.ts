/** States of procedures that were ordered: the list of those who do them, done and taken back, and what the visit sheet says of them. */
import type { State } from './state.ts'
import { STRANGER } from './world.ts'

const list = { site: 'hospital', login: 'dieuduong', path: () => '/thu-thuat' } as const

export const PROCEDURE_STATES: readonly State[] = [
  { name: '63-thu-thuat', ...list, ready: (page) => page.getByRole('row', { name: /Chờ làm/ }).first().waitFor(), act: (page) => page.getByRole('button', { name: /^Tất cả/ }).click() },
  { name: '63-thu-thuat-ghi', ...list, ready: (page) => page.getByRole('row', { name: /Chờ làm/ }).first().waitFor(), act: async (page) => {
    await page.getByRole('row', { name: /Thay băng vết thương · Vết mổ/ }).first().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByLabel('Ghi chú (không bắt buộc)').fill('Vết mổ khô, chân chỉ không đỏ')
  } },
  { name: '63-thu-thuat-rut-lai', ...list, ready: (page) => page.getByRole('row', { name: /Chờ làm/ }).first().waitFor(), act: async (page) => {
    await page.getByRole('button', { name: /^Đã làm/ }).click()
    await page.getByRole('row', { name: /Khí dung/ }).first().dblclick()
    await page.getByRole('dialog').getByLabel('Lý do rút lại').waitFor()
  } },
  { name: '63-thu-thuat-trong', site: 'hospital', login: STRANGER, path: () => '/thu-thuat', ready: (page) => page.getByText('Không có thủ thuật nào chờ làm').waitFor() },
  { name: '63-thu-thuat-ly-do', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: (page) => page.getByLabel('Lý do đến khám').waitFor(), act: async (page) => {
    const line = page.getByRole('combobox', { name: 'Dòng chỉ định' })
    for (const [typed, found] of [['xq ngực', 'X-quang ngực'], ['tt thay băng', 'Thay băng vết thương']] as const) {
      await line.fill(typed)
      await page.getByRole('option', { name: found }).first().waitFor()
      await line.press('Enter')
    }
    await page.getByRole('button', { name: /^Khẩn: X-quang ngực/ }).focus()
    await page.keyboard.press('l')
    await page.keyboard.type('Loại trừ viêm phổi thùy dưới phải')
  } },
  { name: '63-thu-thuat-phieu-da-ky', site: 'hospital', login: 'bacsi', path: (w) => w.signedVisit, ready: (page) => page.getByText('Phiếu khám đã ký').waitFor(), act: (page) => page.getByRole('button', { name: /^Ghi đã làm: Thay băng/ }).scrollIntoViewIfNeeded() },
]
