/** What must be in the hospital's database for a visit whose signature was acknowledged, looked up as its own server would. */
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { readRolePasswords, ROLE } from '#infra/postgres/provision.ts'
import type { SignedVisit } from './hospital-client.ts'

/** Address of the embedded cluster in a data folder, as the servers sign in. */
export function appUrl(data: string, database: string): string {
  const { app } = readRolePasswords(path.join(data, 'secrets'))
  return `postgres://${ROLE.app}:${encodeURIComponent(app)}@127.0.0.1:${postmaster(data).port}/${database}`
}

/** Process id and port of the cluster in a data folder. */
export function postmaster(data: string): { pid: number; port: number } {
  const lines = fs.readFileSync(path.join(clusterFolder(data), 'postmaster.pid'), 'utf8').split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]) }
}

const clusterFolder = (data: string): string => {
  const own = path.join(data, 'postgres')
  const link = path.join(data, 'postgres-folder')
  return fs.existsSync(path.join(own, 'postmaster.pid')) ? own : fs.readFileSync(link, 'utf8').trim()
}

const QUERIES = {
  resource: "select count(*)::int as n from resource where tenant = $1 and id = $2 and not del and body like '%\"finished\"%'",
  // each signed document Bundle has its own row, written in the transaction that stored it
  audit: "select count(*)::int as n from audit_log a join document d on d.tenant = a.tenant and d.bundle_id = a.resource_id where a.tenant = $1 and a.interaction = 'sign' and a.outcome = 'success' and d.encounter = $2",
  'search rows': 'select count(*)::int as n from resource r where r.tenant = $1 and r.id = $2 and exists (select 1 from posting p where p.tenant = r.tenant and p.rid = r.rid)',
  document: 'select count(*)::int as n from document where tenant = $1 and encounter = $2',
} as const

/** Names what is missing; empty when everything is there. */
export async function findMissing(url: string, tenant: number, visits: readonly SignedVisit[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, options: `-c app.tenant=${tenant}` })
  await client.connect()
  const missing: string[] = []
  const count = async (sql: string, ...values: unknown[]): Promise<number> => (await client.query<{ n: number }>(sql, values)).rows[0]?.n ?? 0
  try {
    for (const { encounter, documents } of visits) {
      for (const [what, sql] of Object.entries(QUERIES)) if (await count(sql, tenant, encounter) === 0) missing.push(`${encounter}: ${what}`)
      for (const document of documents) {
        const pdf = await client.query<{ size: number }>('select octet_length(pdf) as size from document where tenant = $1 and id = $2', [tenant, document.id])
        if ((pdf.rows[0]?.size ?? 0) < 1000) missing.push(`${encounter}: PDF ${document.form}`)
      }
      const rows = await client.query<{ versions: string; current: string }>('select ver as current, (select count(*) from resource_history h where h.tenant = r.tenant and h.rid = r.rid and h.rtype = r.rtype) as versions from resource r where tenant = $1 and id = $2', [tenant, encounter])
      const row = rows.rows[0]
      if (row && Number(row.versions) !== Number(row.current) - 1) missing.push(`${encounter}: ${row.versions} versions kept under version ${row.current}`)
      if (await count('select count(*)::int as n from journal where tenant = $1 and refs like $2', tenant, `%${encounter}%`) === 0) missing.push(`${encounter}: journal`)
    }
    return missing
  } finally {
    await client.end()
  }
}
