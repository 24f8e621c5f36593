/** What PostgreSQL writes and keeps for what was stored: its write-ahead log and the sizes of tables, resources and search rows apart from audit and journal. */
import pg from 'pg'

export interface Mark { readonly lsn: string; readonly resources: number }

/** Bytes for each resource, and the sentence that says so. */
export interface Volume { readonly bytes: number; readonly text: string }

export interface Volumes {
  /** Statistics and visibility as autovacuum would have them after a while. */
  settle(): Promise<void>
  mark(): Promise<Mark>
  /** The write-ahead log for each resource: records, and images of pages that were changed for the first time after a checkpoint, which depend on how long ago that was. */
  since(mark: Mark): Promise<Volume>
  sizes(): Promise<Volume>
  /** Bodies a second that the bare driver reads, one after the other. */
  readBodies(): Promise<number>
  close(): Promise<void>
}

const STORED = ['resource', 'posting', 'pst_date', 'pst_num', 'pst_str', 'pst_ref']
const BESIDE = ['resource_history', 'audit_log', 'audit_pending', 'audit_chain', 'journal', 'patient_head']

export const openVolumes = async (adminUrl: string): Promise<Volumes> => {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  const count = async (): Promise<number> => Number((await client.query<{ n: string }>('select count(*) as n from resource')).rows[0]?.n)
  const bytesOf = async (tables: readonly string[]): Promise<number> =>
    Number((await client.query<{ n: string }>('select sum(pg_total_relation_size(name::regclass)) as n from unnest($1::text[]) as name', [tables])).rows[0]?.n)
  const mark = async (): Promise<Mark> => ({ lsn: (await client.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn')).rows[0]?.lsn ?? '0/0', resources: await count() })
  return {
    async settle() {
      for (const table of [...STORED, ...BESIDE]) await client.query(`vacuum (analyze) ${table}`)
      await client.query('create extension if not exists pg_walinspect')
    },
    mark,
    async since(before) {
      const after = await mark()
      const { rows } = await client.query<{ records: number; images: number }>(
        'select sum(record_size)::float8 as records, sum(fpi_size)::float8 as images from pg_get_wal_stats($1::pg_lsn, $2::pg_lsn)', [before.lsn, after.lsn])
      const made = Math.max(1, after.resources - before.resources)
      const each = (bytes: number | undefined): string => `${((bytes ?? 0) / made).toFixed(0)} bytes`
      return { bytes: (rows[0]?.records ?? 0) / made, text: `write-ahead log, all in it: ${each(rows[0]?.records)} of records and ${each(rows[0]?.images)} of page images for each of ${made} resources` }
    },
    async sizes() {
      const resources = await count()
      const each = async (tables: readonly string[]): Promise<number> => (await bytesOf(tables)) / resources
      const [bytes, beside] = [await each(STORED), await each(BESIDE)]
      return { bytes, text: `storage for each of ${resources} resources: ${bytes.toFixed(0)} bytes with search rows; history, audit and journal beside it ${beside.toFixed(0)} bytes` }
    },
    async readBodies() {
      const started = performance.now()
      let [read, last] = [0, '0']
      for (;;) {
        const { rows } = await client.query<{ rid: string; body: string }>('select rid, body from resource where rid > $1 order by rid limit 1000', [last])
        if (rows.length === 0) return read / ((performance.now() - started) / 1000)
        read += rows.length
        last = rows.at(-1)?.rid ?? last
      }
    },
    close: () => client.end(),
  }
}
