/** Whether the data center has every acknowledged document exactly once, with a signature that it found valid. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReceivedDocument } from '#api/model/site.ts'
import type { DemoAddress } from '#test/e2e/support/demo.ts'
import { openClient, type SignedVisit } from './hospital-client.ts'

/** Waits up to `seconds` for all to arrive; names what is missing, twice or not valid. */
export async function waitAtCenter(demo: DemoAddress, visits: readonly SignedVisit[], seconds = 90): Promise<string[]> {
  const operator = await openClient(demo.center, 'trungtam', demo.password)
  const wanted = visits.flatMap((v) => v.documents.map((d) => d.id))
  const end = Date.now() + seconds * 1000
  for (;;) {
    const rows = await allReceived((path) => operator.get(path))
    const wrong = wanted.flatMap((id) => {
      const found = rows.filter((r) => r.document === id)
      if (found.length !== 1) return [`${id}: ${found.length} times at the center`]
      return found[0]?.verdict === 'valid-current' ? [] : [`${id}: ${found[0]?.verdict} ${found[0]?.reason ?? ''} at the center`]
    })
    if (wrong.length === 0 || Date.now() > end) return wrong
    await sleep(1000)
  }
}

async function allReceived(get: <T>(path: string) => Promise<T>): Promise<ReceivedDocument[]> {
  const all: ReceivedDocument[] = []
  for (let before = ''; ;) {
    const page = await get<ReceivedDocument[]>(`/api/center/received?tenant=900&count=100${before ? `&before=${encodeURIComponent(before)}` : ''}`)
    const fresh = page.filter((r) => !all.some((a) => a.document === r.document && a.receivedAt === r.receivedAt))
    all.push(...fresh)
    const last = page.at(-1)
    if (fresh.length === 0 || !last) return all
    before = `${last.receivedAt},${last.document}`
  }
}
