/** Messages of devices and orders that wait for them (ports DeviceQueue and DeviceChange). What changes a record commits with the message that it came from. */
import type { PoolClient } from 'pg'
import { DEVICE_REASONS, type DeviceChange, type DeviceMessage, type DeviceOrderLine, type DeviceState } from '../model/devices.ts'
import type { DeviceQueue } from '../model/device-ports.ts'
import { outcome } from '../model/outcome.ts'
import type { Clock } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import { insertAuditRows } from './audit/rows.ts'
import type { Database } from './connection/database.ts'
import { toInstant } from './connection/rows.ts'

interface MessageRow { id: string; device: string; control: string; digest: string; part: number; received_at: string; body: Buffer; state: DeviceState; reason: string | null; about: string | null; order_id: string | null; patient: string | null }
const COLUMNS = 'id, device, control, digest, part, received_at, body, state, reason, about, order_id, patient'
const MOST = 300
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Of one order, one line of the administrator's page: device and place in its queue. */
const ORDER_ID = /^(.{1,40})\/(\d{1,15})$/u

const toMessage = ({ received_at: at, reason, about, order_id: order, patient, ...row }: MessageRow): DeviceMessage => {
  const known = DEVICE_REASONS.find((each) => each === reason)
  return { ...row, at: toInstant(at), ...(known !== undefined && { reason: known }), ...(about !== null && { about }), ...(order !== null && { order }), ...(patient !== null && { patient }) }
}

const KEEP = `
  insert into device_message (tenant, id, device, control, digest, part, received_at, body, state, reason, about, order_id, patient)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict on constraint device_message_once do nothing`
const CLOSE = `
  update device_message set state = $8, closed_at = $3, closed_by = $4, note = $5, order_id = coalesce($6, order_id), patient = coalesce($7, patient)
  where tenant = $1 and id = $2 and state = 'quarantined'`
/** The row of device_place is locked first: numbers of one device are given one after the other. */
const QUEUE = `
  insert into device_order (tenant, device, seq, source, control, order_id, body, queued_at, next_try)
  select $1, $2, coalesce((select max(seq) from device_order where tenant = $1 and device = $2), 0) + 1, $3, $4, $5, $6, $7, $7
  on conflict on constraint device_order_once do nothing`
const LOCK = 'select since from device_place where tenant = $1 and device = $2 for update'

export const changeDevices = async (client: PoolClient, tenant: Tenant, change: DeviceChange, at: Date): Promise<void> => {
  if (change.op === 'keep') {
    const { id, device, control, digest, part, body, state, reason, about, order, patient } = change.message
    const { rowCount } = await client.query(KEEP, [tenant, id, device, control, digest, part, at, Buffer.from(body), state, reason ?? null, about ?? null, order ?? null, patient ?? null])
    if (rowCount === 0) throw outcome('already-exists')
  } else if (change.op === 'close') {
    const { rowCount } = await client.query(CLOSE, [tenant, change.id, at, change.by, change.note, change.order ?? null, change.patient ?? null, change.differs === true ? 'differs' : 'closed'])
    if (rowCount === 0) throw outcome('not-found')
  } else if (change.op === 'settle') {
    await client.query(`update device_message set state = 'closed', closed_at = $3, closed_by = $4 where tenant = $1 and order_id = $2 and state = 'differs'`, [tenant, change.order, at, change.by])
  } else {
    await client.query(LOCK, [tenant, change.device])
    await client.query(QUEUE, [tenant, change.device, change.source, change.control, change.order, change.body, at])
  }
}

interface LineRow { device: string; waiting: number; oldest: string | null; last_ack: string | null; last_error: string | null }
const LINES = `
  select device, count(*) filter (where state = 'waiting')::int4 as waiting, min(queued_at) filter (where state = 'waiting') as oldest, max(done_at) filter (where state = 'done') as last_ack,
    (array_agg(error order by seq) filter (where state = 'waiting' and error <> ''))[1] as last_error
  from device_order where tenant = $1 group by device`
const RECEIVED = `select device, max(received_at) as received, count(*) filter (where state = 'quarantined')::int4 as quarantined from device_message where tenant = $1 group by device`
const ORDERS = `
  select device, seq, control, queued_at, state, tries, answer, error from device_order where tenant = $1 order by (state = 'waiting') desc, queued_at desc, seq desc limit 100`
const REPLAY = `
  insert into device_order (tenant, device, seq, source, control, order_id, body, queued_at, next_try)
  select tenant, device, (select max(seq) from device_order where tenant = $1 and device = $2) + 1, source || ' ' || $4, $4, order_id, replace(body, '|' || control || '|', '|' || $4 || '|'), $5, $5
  from device_order where tenant = $1 and device = $2 and seq = $3 and state <> 'waiting'`

export const createDeviceQueue = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): DeviceQueue => {
  const { pool, tenant } = database
  const select = async (where: string, ...values: unknown[]): Promise<DeviceMessage[]> =>
    (await pool.query<MessageRow>(`select ${COLUMNS} from device_message where tenant = $1 and ${where} order by received_at desc, part limit ${MOST}`, [tenant, ...values])).rows.map(toMessage)
  const placeOf = (id: string): [string, string] => { const [, device, seq] = ORDER_ID.exec(id) ?? []; if (device === undefined || seq === undefined) throw outcome('not-found'); return [device, seq] }
  const change = (...[caller, row, work]: [Parameters<DeviceQueue['skip']>[0], Parameters<DeviceQueue['skip']>[2], (client: PoolClient) => Promise<number | null>]): Promise<void> => database.withTransaction(async (client) => {
    if (((await work(client)) ?? 0) === 0) throw outcome('not-found')
    await insertAuditRows(client, database, [{ caller, at: clock.now(), row }])
  })
  return {
    async known(device, control, digest) {
      const { rows } = await pool.query<{ part: number }>('select part from device_message where tenant = $1 and device = $2 and control = $3 and digest = $4', [tenant, device, control, digest])
      return new Set(rows.map(({ part }) => part))
    },
    ofOrder: (order) => select('order_id = $2', order),
    quarantine: (devices) => select(`state = 'quarantined' and device = any($2)`, devices),
    find: async (id) => (UUID.test(id) ? (await select('id = $2', id))[0] : undefined),
    async place(device) {
      await pool.query('insert into device_place (tenant, device, since) values ($1, $2, $3) on conflict on constraint device_place_pkey do nothing', [tenant, device, clock.now()])
      const { rows } = await pool.query<{ since: string }>('select since from device_place where tenant = $1 and device = $2', [tenant, device])
      return toInstant(rows[0]?.since ?? clock.now().toISOString())
    },
    async move(device, to) { await pool.query('update device_place set since = greatest(since, $3) where tenant = $1 and device = $2', [tenant, device, to]) },
    async queued(device, sources) {
      const { rows } = await pool.query<{ source: string }>('select source from device_order where tenant = $1 and device = $2 and source = any($3)', [tenant, device, sources])
      return new Set(rows.map(({ source }) => source))
    },
    async next(device) {
      const { rows } = await pool.query<{ seq: string; control: string; body: string; tries: number; due: boolean }>(
        `select seq, control, body, tries, next_try <= $3 as due from device_order where tenant = $1 and device = $2 and state = 'waiting' order by seq limit 1`, [tenant, device, clock.now()])
      const [row] = rows
      return row?.due === true ? { id: `${device}/${row.seq}`, control: row.control, body: row.body, tries: row.tries } : undefined
    },
    async answered(id, code) {
      await pool.query(`update device_order set state = 'done', tries = tries + 1, answer = $4, error = '', done_at = $5 where tenant = $1 and device = $2 and seq = $3 and state = 'waiting'`, [tenant, ...placeOf(id), code, clock.now()])
    },
    async failed(id, error, pauseMs) {
      await pool.query(`update device_order set tries = tries + 1, error = $4, next_try = $5 where tenant = $1 and device = $2 and seq = $3 and state = 'waiting'`, [tenant, ...placeOf(id), error, new Date(clock.now().getTime() + pauseMs)])
    },
    async lines() {
      const [sent, received, orders] = await Promise.all([
        pool.query<LineRow>(LINES, [tenant]), pool.query<{ device: string; received: string; quarantined: number }>(RECEIVED, [tenant]),
        pool.query<{ device: string; seq: string; control: string; queued_at: string; state: DeviceOrderLine['state']; tries: number; answer: string; error: string }>(ORDERS, [tenant]),
      ])
      const names = [...new Set([...sent.rows, ...received.rows].map(({ device }) => device))]
      return {
        orders: orders.rows.map(({ seq, queued_at: queued, ...row }) => ({ ...row, id: `${row.device}/${seq}`, queued: toInstant(queued) })),
        devices: names.map((name) => {
          const [out, back] = [sent.rows.find(({ device }) => device === name), received.rows.find(({ device }) => device === name)]
          return {
            name, waiting: out?.waiting ?? 0, quarantined: back?.quarantined ?? 0, ...(out?.oldest && { oldest: toInstant(out.oldest) }), ...(out?.last_ack && { lastAck: toInstant(out.last_ack) }),
            ...(out?.last_error && { lastError: out.last_error }), ...(back && { lastReceived: toInstant(back.received) }),
          }
        }),
      }
    },
    replay: (caller, id, control, row) => change(caller, row, async (client) => {
      const [device, seq] = placeOf(id)
      await client.query(LOCK, [tenant, device])
      return (await client.query(REPLAY, [tenant, device, seq, control, clock.now()])).rowCount
    }),
    skip: (caller, id, row) => change(caller, row, async (client) => (await client.query(`update device_order set state = 'skipped', done_at = $4 where tenant = $1 and device = $2 and seq = $3 and state = 'waiting'`, [tenant, ...placeOf(id), clock.now()])).rowCount),
  }
}
