/** Bulk export measured: from the kick-off of everything to the last line of the last file, as a client fetches them one after the other. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from './own-site.ts'

export interface Exported { readonly resources: number; readonly rate: number; /** Seconds until the files were there: it waits two for writers that began before. */ readonly waited: number }

const linesIn = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + Number(byte === 0x0a), 0)

export const exportRecords = async ({ origin, path, headers }: Target): Promise<Exported> => {
  const started = performance.now()
  const sent = await fetch(`${origin}${path}/$export`, { headers: { ...headers, accept: 'application/fhir+json', prefer: 'respond-async' } })
  const status = sent.headers.get('content-location')
  if (sent.status !== 202 || status === null) throw new Error(`the export was not taken: ${sent.status} ${(await sent.text()).slice(0, 500)}`)
  for (;;) {
    const told = await fetch(status, { headers })
    if (told.status === 200) {
      const waited = (performance.now() - started) / 1000
      const { output } = await told.json() as { output: { url: string; count: number }[] }
      let resources = 0
      for (const { url, count } of output) {
        const file = await fetch(url, { headers: { ...headers, accept: 'application/fhir+ndjson' } })
        const lines = linesIn(new Uint8Array(await file.arrayBuffer()))
        if (file.status !== 200 || lines !== count) throw new Error(`a file has ${lines} of ${count} lines: ${file.status}`)
        resources += lines
      }
      return { resources, rate: resources / ((performance.now() - started) / 1000), waited }
    }
    if (told.status !== 202) throw new Error(`the export failed: ${told.status} ${(await told.text()).slice(0, 500)}`)
    await told.body?.cancel()
    await sleep(50)
  }
}
