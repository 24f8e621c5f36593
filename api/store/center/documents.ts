/** The documents of all hospitals as one register (port DocumentStore), for the data center's verify page: finds the hospital first, then asks its own table. */
import type { DocumentStore } from '../../model/ports.ts'
import type { Tenant } from '../../model/resource.ts'
import type { Database } from '../connection/database.ts'
import { run } from '../connection/rows.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const createCenterDocuments = ({ database, documentsOf }: {
  readonly database: Pick<Database, 'pool'>
  /** undefined: no such hospital. */
  readonly documentsOf: (tenant: Tenant) => Promise<DocumentStore | undefined>
}): DocumentStore => {
  const at = async (column: 'id' | 'code' | 'pdf_sha256', value: string): Promise<DocumentStore | undefined> => {
    if (column === 'id' && !UUID.test(value)) return undefined
    const [row] = await run<{ tenant: Tenant }>(database.pool, `select tenant from center_document where ${column} = $1 order by received_at nulls last, tenant limit 1`, [value], `center-document-${column}`)
    return row && documentsOf(row.tenant)
  }
  return {
    // a patient or visit id means nothing without its hospital
    find: () => Promise.resolve([]),
    get: async (id) => (await at('id', id))?.get(id),
    byCode: async (code) => (await at('code', code))?.byCode(code),
    byPdfDigest: async (sha256) => (await at('pdf_sha256', sha256))?.byPdfDigest(sha256),
    pdf: async (id) => (await at('id', id))?.pdf(id),
    bundle: async (id) => (await at('id', id))?.bundle(id),
  }
}
