/** Twenty results to acknowledge: one key each, abnormal ones with a second look. */
import type { DemoAddress } from '#test/e2e/support/demo.ts'
import { fileOrders, openDesk, releaseResult, told } from '#test/e2e/support/bench.ts'
import { openFromQueue } from '#test/e2e/pages/visit.ts'
import { atMost, exactly, type Measured } from './gate.ts'
import { arrive, type Staff } from './visits.ts'

const [NORMAL, ABNORMAL] = [14, 5]

export const twentyResults = async (staff: Staff, demo: DemoAddress): Promise<Measured[]> => {
  const name = await arrive(staff)
  const { page } = staff.doctor
  await page.goto('/kham')
  const encounter = await openFromQueue(page, name)
  const [doctor, bench] = await Promise.all([openDesk(demo, 'bacsi', 'bs-mau'), openDesk(demo, 'xetnghiem')])
  const orders = await fileOrders(doctor, encounter, [...Array.from({ length: NORMAL + ABNORMAL }, () => 'XN-CRP'), 'XN-DGD'])
  for (const [at, order] of orders.entries()) {
    if (at < NORMAL) await releaseResult(bench, order, { '1988-5': '2.5' })
    else if (at < NORMAL + ABNORMAL) await releaseResult(bench, order, { '1988-5': '48.0' })
    else await releaseResult(bench, order, { '2951-2': '118' }, { callBack: told('BS Trần Văn Mẫu') })
  }
  await page.goto('/ket-qua')
  const rows = page.locator('.results-page tbody tr')
  await rows.nth(orders.length - 1).waitFor()
  await page.locator('.results-page tbody tr:focus').waitFor()
  await staff.doctor.clicks()
  const pressUntil = async (left: number): Promise<number> => {
    let keys = 0
    while (await rows.count() > left) {
      if (keys > 100) throw new Error('results stay')
      const [before, opened] = [await rows.count(), await page.locator('.results-page .look').count()]
      await page.keyboard.press('Enter')
      keys += 1
      await page.waitForFunction(([count, looks]) => document.querySelectorAll('.results-page tbody tr').length !== count || document.querySelectorAll('.results-page .look').length !== looks, [before, opened])
      await page.locator('.results-page tbody tr:focus').or(page.getByText('Không còn kết quả nào chưa xem.')).first().waitFor()
    }
    return keys
  }
  const urgent = await pressUntil(NORMAL)
  const normal = await pressUntil(0)
  // the last of them is on its way
  await page.waitForLoadState('networkidle')
  await page.reload()
  await page.getByText('Không còn kết quả nào chưa xem.').waitFor()
  return [
    atMost('keys-for-each-of-20-results', normal / NORMAL, 1), exactly('keys-for-each-abnormal-result', urgent / (ABNORMAL + 1), 2), atMost('clicks-for-20-results', await staff.doctor.clicks(), 0),
  ]
}
