/** A PACS beside the demo that has what an order's imaging sent there: the same patient and number, as the product itself says them. */
import type { Page } from 'playwright-core'
import type { PicturesOpened } from '#api/model/pictures.ts'
import { makeStudy, startPacs, type FakePacs, type FakeStudy } from '#test/support/pacs.ts'

/** Of whom an order is and under which number, as whoever is signed in on the page may see it. */
export const studyOf = async (page: Page, order: string, differs: Partial<FakeStudy> = {}): Promise<FakeStudy> => {
  const answer = await page.request.get(`/api/imaging-orders/${order}/pictures`)
  if (!answer.ok()) throw new Error(`no pictures of ${order}: ${answer.status()}`)
  const { accession, patient } = await answer.json() as PicturesOpened
  return makeStudy({ accession, patientId: patient.number, patientName: patient.name, birthDate: patient.birthDate?.replaceAll('-', '') ?? '', ...differs })
}

/** Runs `work` while a PACS answers at the port. */
export const withPacs = async <T>(port: number, work: (pacs: FakePacs) => Promise<T>): Promise<T> => {
  const pacs = await startPacs({ port, size: 512 })
  try {
    return await work(pacs)
  } finally {
    await pacs.close()
  }
}
