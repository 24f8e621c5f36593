/** Every commit of the hospital against what the center's own tables hold of it: once, applied, and with the same bytes in each document. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { appUrl } from './check-stored.ts'

interface Entry { seq: string; state: string; effects: number }

/**
 * Names what is not as it must be; empty when every sealed entry took effect exactly once. Waits up to `seconds` for what is still on its way.
 * Both databases of the embedded cluster under `data` are read as their servers read them.
 */
export async function compareSites(data: string, tenant: number, seconds = 60): Promise<string[]> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const unequal = await compareOnce(data, tenant)
    if (unequal.length === 0 || Date.now() > end) return unequal
    await sleep(1000)
  }
}

async function compareOnce(data: string, tenant: number): Promise<string[]> {
  const sealed = await read<{ seq: string }>(appUrl(data, 'emr_hospital'), tenant, 'select seq from journal where tenant = $1 and seq is not null order by seq', [tenant])
  const arrived = await read<Entry>(appUrl(data, 'emr_center'), tenant, `
    select i.seq, i.state, (select count(*)::int from audit_log a where a.tenant = i.tenant and a.interaction = 'exchange-apply' and a.outcome = 'success'
      and a.detail = concat_ws(' ', i.node, i.epoch, i.seq)) as effects
    from inbox i where i.tenant = $1`, [tenant])
  const bySeq = new Map(arrived.map((entry) => [entry.seq, entry]))
  const entries = sealed.flatMap(({ seq }) => {
    const found = bySeq.get(seq)
    if (!found) return [`entry ${seq} is not at the center`]
    return found.state === 'applied' && found.effects === 1 ? [] : [`entry ${seq} is ${found.state} at the center, with ${found.effects} effects`]
  })
  const invented = arrived.filter(({ seq }) => !sealed.some((row) => row.seq === seq)).map(({ seq }) => `entry ${seq} at the center is not in the hospital's journal`)
  return [...entries, ...invented, ...await compareDocuments(data, tenant)]
}

async function compareDocuments(data: string, tenant: number): Promise<string[]> {
  const sql = `select id, encode(sha256(pdf), 'hex') || encode(sha256(convert_to(bundle, 'UTF8')), 'hex') || jws as content, pdf_sha256 = encode(sha256(pdf), 'hex') as whole from document where tenant = $1`
  const [here, there] = await Promise.all(['emr_hospital', 'emr_center'].map((name) => read<{ id: string; content: string; whole: boolean }>(appUrl(data, name), tenant, sql, [tenant])))
  const kept = new Map(there?.map((row) => [row.id, row.content]))
  return (here ?? []).flatMap((row) => [
    ...(row.whole ? [] : [`document ${row.id}: the stored bytes are not those of its digest`]),
    ...(kept.get(row.id) === row.content ? [] : [`document ${row.id} is not the same at the center`]),
  ])
}

async function read<T extends pg.QueryResultRow>(url: string, tenant: number, sql: string, values: readonly unknown[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, options: `-c app.tenant=${tenant}` })
  await client.connect()
  try {
    return (await client.query<T>(sql, [...values])).rows
  } finally {
    await client.end()
  }
}
