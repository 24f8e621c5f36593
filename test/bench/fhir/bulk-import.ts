/** Bulk import measured: resources as lines in one request, until the last of them is stored and can be found. */
import { setTimeout as sleep } from 'node:timers/promises'
import { recordOf, type Sizes } from './data.ts'
import type { Target } from './own-site.ts'

export interface Imported { readonly resources: number; readonly rate: number; readonly refused: number }

/** Records of patients that nobody has loaded yet. */
const linesOf = (from: number, patients: number, sizes: Sizes): string =>
  Array.from({ length: patients }, (_, at) => recordOf(from + at, sizes).map((resource) => `${JSON.stringify(resource)}\n`).join('')).join('')

/** `from`: number of the first patient. */
export const importRecords = async ({ origin, path, headers }: Target, sizes: Sizes, from: number, patients: number): Promise<Imported> => {
  const body = linesOf(from, patients, sizes)
  const started = performance.now()
  const sent = await fetch(`${origin}${path}/$import`, { method: 'POST', headers: { ...headers, 'content-type': 'application/fhir+ndjson', prefer: 'respond-async' }, body })
  const status = sent.headers.get('content-location')
  if (sent.status !== 202 || status === null) throw new Error(`the import was not taken: ${sent.status} ${(await sent.text()).slice(0, 500)}`)
  for (;;) {
    const told = await fetch(status, { headers })
    if (told.status === 200) {
      const { counts } = await told.json() as { counts: { created: number; updated: number; unchanged: number; refused: number } }
      const resources = counts.created + counts.updated + counts.unchanged
      return { resources, rate: resources / ((performance.now() - started) / 1000), refused: counts.refused }
    }
    if (told.status !== 202) throw new Error(`the import failed: ${told.status} ${(await told.text()).slice(0, 500)}`)
    await told.body?.cancel()
    // the server asks for two seconds; each question is audited, and fifty a second took an eighth of the machine
    await sleep(100)
  }
}
