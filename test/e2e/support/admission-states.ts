/** Who waits to be admitted to signing: at the head's signing inbox, and at the administrator's page, who made the account. */
import type { Page } from 'playwright-core'
import type { State } from './state.ts'
import { NEWCOMER } from './world.ts'

const openTab = async (page: Page): Promise<void> => {
  await page.getByRole('tab', { name: 'Cấp quyền ký' }).click()
  await page.getByRole('row', { name: new RegExp(NEWCOMER) }).waitFor()
}

export const ADMISSION_STATES: readonly State[] = [
  { name: '19-hop-ky-cap-quyen', site: 'hospital', login: 'truongkhoa', path: () => '/hop-ky', ready: (page) => page.getByRole('tab', { name: 'Cấp quyền ký' }).waitFor(), act: openTab },
  { name: '19-hop-ky-cap-quyen-hoi', site: 'hospital', login: 'truongkhoa', path: () => '/hop-ky', ready: (page) => page.getByRole('tab', { name: 'Cấp quyền ký' }).waitFor(), act: async (page) => {
    await openTab(page)
    await page.getByRole('row', { name: new RegExp(NEWCOMER) }).getByRole('button', { name: 'Cấp quyền ký' }).click()
    await page.getByRole('dialog').waitFor()
  } },
  { name: '34-quan-tri-cho-cap-quyen', site: 'hospital', login: 'quantri', path: () => '/quan-tri/nhan-su', ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('row', { name: new RegExp(NEWCOMER) }).getByRole('button', { name: 'Sửa' }).click()
    await page.getByText('Hiện có thể cấp').scrollIntoViewIfNeeded()
  } },
]
