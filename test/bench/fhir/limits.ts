/**
 * What this machine can do at all, measured beside each workload: L1 the bare web server answering a stored 2 KB row from PostgreSQL by its id; L2 the same server
 * storing one such row durably for each request; L3 rows with five index rows each, 200 by one UNNEST statement, straight from the driver.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { drive, type Measured } from './http-load.ts'
import { patient } from './data.ts'

const ROWS = 2000, AT_ONCE = 200

export interface Limits {
  /** Reads, single inserts a second by `clients`; rows a second in bulk. */
  read(clients: number, seconds: number): Promise<Measured>
  insert(clients: number, seconds: number): Promise<Measured>
  bulk(seconds: number): Promise<number>
  close(): Promise<void>
}

const TABLES = [
  'create table if not exists limit_row (tenant int4 not null, id text collate "C" not null, body text not null, primary key (tenant, id))',
  `create table if not exists limit_bulk (tenant int4 not null, rtype int2 not null, rid int8 not null, id text collate "C" not null, body text not null, primary key (tenant, rtype, rid))`,
  'create unique index if not exists limit_bulk_id on limit_bulk (tenant, rtype, id)',
  'create table if not exists limit_posting (tenant int4 not null, h int8 not null, d timestamptz not null, rid int8 not null, primary key (tenant, h, d, rid))',
]

const BULK = `
  with rows as (insert into limit_bulk (tenant, rtype, rid, id, body) select 1, 96, s.rid, s.id, s.body from unnest($1::int8[], $2::text[], $3::text[]) as s(rid, id, body))
  insert into limit_posting (tenant, h, d, rid) select 1, p.h, p.d, p.rid from unnest($4::int8[], $5::timestamptz[], $6::int8[]) as p(h, d, rid)`

/** `url`: a database of its own, whose tables it makes. */
export const openLimits = async (url: string): Promise<Limits> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const table of TABLES) await client.query(table)
  const body = JSON.stringify(patient(1))
  await client.query('insert into limit_row select 1, $1 || n, $2 from generate_series(1, $3::int) as n on conflict do nothing', ['row', body, ROWS])
  await client.query('analyze limit_row')
  const server: ChildProcess = fork(fileURLToPath(new URL('./limit-server.ts', import.meta.url)), [url], { stdio: 'inherit' })
  const [port] = await once(server, 'message') as [number]
  const base = `http://127.0.0.1:${port}`
  return {
    read: (clients, seconds) => drive({ base, clients, seconds, next: (at) => ({ method: 'GET', path: `/row/row${1 + (at * 7919) % ROWS}` }), wanted: ({ status }) => status === 200 }),
    insert: (clients, seconds) => drive({ base, clients, seconds, next: () => ({ method: 'POST', path: '/row', headers: { 'content-type': 'application/json' }, body }), wanted: ({ status }) => status === 201 }),
    bulk: (seconds) => insertBulk(client, body, seconds),
    async close() {
      server.kill()
      await client.end()
    },
  }
}

const insertBulk = async (client: pg.Client, body: string, seconds: number): Promise<number> => {
  const started = performance.now()
  let rows = 0
  while (performance.now() - started < seconds * 1000) {
    const rids = Array.from({ length: AT_ONCE }, (_, at) => String(BigInt(Date.now()) * 4_000_000n + BigInt(rows + at)))
    const five = rids.flatMap((rid, at) => [0, 1, 2, 3, 4].map((kind) => ({ rid, h: String(BigInt.asIntN(64, BigInt(kind * 1000 + ((rows + at) % 97)) * 0x9e3779b97f4a7c15n)) })))
    await client.query({ name: 'bulk', text: BULK, values: [rids, rids.map(() => randomUUID()), rids.map(() => body), five.map(({ h }) => h), five.map(() => new Date().toISOString()), five.map(({ rid }) => rid)] })
    rows += AT_ONCE
  }
  return rows / ((performance.now() - started) / 1000)
}
