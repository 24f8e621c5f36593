/** Rows that are seen whole at 1366x768 of each list that somebody works through, with more rows than fit. */
import type { Browser, Page } from 'playwright-core'
import { fileOrders, openDesk, releaseResult } from '#test/e2e/support/bench.ts'
import type { DemoAddress } from '#test/e2e/support/demo.ts'
import { signIn, visit } from '#test/e2e/support/browser.ts'
import { makeNote, makeSheet } from '#test/support/visit.ts'
import { atLeast, type Measured } from './gate.ts'
import { arrive, type Staff } from './visits.ts'

/** More than fit. */
const MANY = 26
const DOCTOR = 'bs-mau'

const rowsSeen = async (page: Page, path: string): Promise<number> => {
  await page.goto(path)
  await page.getByRole('row').nth(MANY - 2).waitFor()
  return page.getByRole('row').evaluateAll((rows) => rows.slice(1).filter((row) => {
    const { top, bottom, left } = row.getBoundingClientRect()
    const there = (y: number): boolean => row.contains(document.elementFromPoint(left + 20, y))
    return top >= 0 && bottom <= innerHeight && there(top + 2) && there(bottom - 2)
  }).length)
}

export const rowsVisible = async (browser: Browser, staff: Staff, demo: DemoAddress): Promise<Measured[]> => {
  for (let more = 0; more < MANY; more += 1) await arrive(staff)
  const { page } = staff.doctor
  const queue = await rowsSeen(page, '/kham')
  const paths = await page.locator('a.queue-name').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
  const visits = paths.map((path) => path.split('/')).map(([, , patient = '', , encounter = '']) => ({ patient, encounter })).slice(-MANY)
  const [doctor, bench] = await Promise.all([openDesk(demo, 'bacsi', DOCTOR), openDesk(demo, 'xetnghiem')])
  for (const context of visits) {
    await doctor.call('GET', `/api/visits/${context.encounter}`)
    await doctor.call('POST', `/api/visits/${context.encounter}/save`, { bundle: makeSheet([{ resource: makeNote({ ...context, by: DOCTOR }, 'history', 'Ho khan 3 ngày') }]) })
  }
  const signing = await rowsSeen(page, '/hop-ky')
  const orders = await fileOrders(doctor, visits[0]?.encounter ?? '', Array.from({ length: MANY }, () => 'XN-CRP'))
  const laboratory = await visit(browser, demo.hospital)
  await signIn(laboratory.page, demo, 'xetnghiem')
  const work = await rowsSeen(laboratory.page, '/xet-nghiem')
  await laboratory.close()
  for (const order of orders) await releaseResult(bench, order, { '1988-5': '2.5' })
  const results = await rowsSeen(page, '/ket-qua')
  return [atLeast('list-rows-visible-at-1366x768', queue, 22), atLeast('work-list-rows-visible', work, 22), atLeast('results-rows-visible', results, 22), atLeast('signing-rows-visible', signing, 22)]
}
