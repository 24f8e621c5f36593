/** Fills a server with the records of the benchmark, by transactions of one patient's record each. Says how fast that went. */
import { recordOf, transactionOf, type Sizes } from './data.ts'
import { connect } from './http-load.ts'
import type { Target } from './own-site.ts'

const CLIENTS = 4

export const loadRecords = async ({ origin, path, headers }: Target, sizes: Sizes): Promise<{ readonly resources: number; readonly rate: number }> => {
  const started = performance.now()
  let next = 0
  let resources = 0
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    const connection = await connect(origin)
    for (let at = next++; at < sizes.patients; at = next++) {
      const record = recordOf(at, sizes)
      const { status, body } = await connection.ask({ method: 'POST', path: path === '' ? '/' : path, headers: { ...headers, 'content-type': 'application/fhir+json' }, body: JSON.stringify(transactionOf(record)) })
      if (status !== 200) throw new Error(`record ${at} was not stored: ${status} ${body.toString('utf8').slice(0, 1000)}`)
      resources += record.length
    }
    connection.close()
  }))
  return { resources, rate: resources / ((performance.now() - started) / 1000) }
}
