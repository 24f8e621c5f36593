/** Messages of devices and orders that wait for them (ports DeviceQueue and DeviceChange). What changes a record commits with the message that it came from. */
import type { PoolClient } from 'pg'
import { DEVICE_REASONS, type DeviceChange, type DeviceMessage, type DeviceOrderLine, type DeviceState, type RefusedOrders } from '../model/devices.ts'
import type { DeviceQueue } from '../model/device-ports.ts'
import { outcome } from '../model/outcome.ts'
import type { Clock } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import { typeNumber } from '../search/resource-types.ts'
import { insertAuditRows } from './audit/rows.ts'
import type { Database } from './connection/database.ts'
import { toInstant } from './connection/rows.ts'

interface MessageRow { id: string; device: string; control: string; digest: string; part: number; received_at: string; body: Buffer; state: DeviceState; reason: string | null; about: string | null; order_id: string | null; patient: string | null }
/** The body of a message stands with its first part. */
const BODY = 'coalesce(first.body, m.body)'
const COLUMNS = 'm.id, m.device, m.control, m.digest, m.part, m.received_at, m.state, m.reason, m.about, m.order_id, m.patient'
const FROM = 'device_message m left join device_message first on m.part > 0 and octet_length(m.body) = 0 and first.tenant = m.tenant and first.device = m.device and first.control = m.control and first.digest = m.digest and first.part = 0'
const OPEN = `('quarantined', 'differs')`
/** Of an order, and in a list; bodies longer than these many bytes are not loaded for a list, or for an order. */
const [MOST_OF_ORDER, LONG_OF_ORDER, MOST_LISTED, LONG_LISTED] = [50, 1024 * 1024, 100, 16 * 1024]
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
  where tenant = $1 and id = $2 and state = any($9)`
const SETTLE = `update device_message set state = 'closed', closed_at = $3, closed_by = $4 where tenant = $1 and order_id = $2 and state = 'differs' and id = any($5::uuid[])`
/** Of no order, as what was rejected; who closed one before, when and why stays on record. */
const DISOWN = `
  update device_message set state = 'closed', order_id = '', closed_at = case state when 'closed' then closed_at else $3 end, closed_by = case state when 'closed' then closed_by else $4 end, note = case state when 'closed' then note else $5 end
  where tenant = $1 and order_id = $2 and state in ('taken', 'differs', 'closed')`
/** The row of device_place is locked first: numbers of one device are given one after the other. */
const QUEUE = `
  insert into device_order (tenant, device, seq, source, control, order_id, body, queued_at, next_try)
  select $1, $2, coalesce((select max(seq) from device_order where tenant = $1 and device = $2), 0) + 1, $3, $4, $5, $6, $7, $7
  on conflict on constraint device_order_once do nothing`
const LOCK = 'select since from device_place where tenant = $1 and device = $2 for update'

export const changeDevices = async (client: PoolClient, tenant: Tenant, change: DeviceChange, at: Date): Promise<void> => {
  if (change.op === 'keep') {
    const { id, device, control, digest, part, body, state, reason, about, order, patient } = change.message
    const { rowCount } = await client.query(KEEP, [tenant, id, device, control, digest, part, at, part === 0 ? Buffer.from(body) : Buffer.alloc(0), state, reason ?? null, about ?? null, order ?? null, patient ?? null])
    if (rowCount === 0) throw outcome('already-exists')
  } else if (change.op === 'close') {
    const { rowCount } = await client.query(CLOSE, [tenant, change.id, at, change.by, change.note, change.order ?? null, change.patient ?? null, change.differs === true ? 'differs' : 'closed', (change.order ?? '') === '' ? ['quarantined', 'differs'] : ['quarantined']])
    if (rowCount === 0) throw outcome('not-found')
  } else if (change.op === 'settle') {
    await client.query(SETTLE, [tenant, change.order, at, change.by, change.seen])
    const { rowCount } = await client.query(`select from device_message where tenant = $1 and order_id = $2 and state = 'differs' limit 1`, [tenant, change.order])
    if (rowCount !== 0) throw outcome('version-conflict', { diagnostics: 'A device sent something that was not shown.' })
  } else if (change.op === 'disown') {
    await client.query(DISOWN, [tenant, change.order, at, change.by, change.note])
  } else {
    await client.query(LOCK, [tenant, change.device])
    await client.query(QUEUE, [tenant, change.device, change.source, change.control, change.order, change.body, at])
  }
}

interface QueuedRow { order_id: string; patient: string | null; state: DeviceOrderLine['state']; superseded: boolean }
interface LineRow { device: string; waiting: number; refused: number; oldest: string | null; last_ack: string | null; last_error: string | null }
const LINES = `
  select device, count(*) filter (where state = 'waiting')::int4 as waiting, count(*) filter (where state = 'refused')::int4 as refused, min(queued_at) filter (where state = 'waiting') as oldest, max(done_at) filter (where state = 'done') as last_ack,
    (array_agg(error order by (state = 'waiting') desc, seq desc) filter (where state in ('waiting', 'refused') and error <> ''))[1] as last_error
  from device_order where tenant = $1 group by device`
const RECEIVED = `select device, max(received_at) as received, count(*) filter (where state in ${OPEN})::int4 as quarantined from device_message where tenant = $1 group by device`
/** A correction or cancellation of the order came after it: sent now, the old message would undo it. */
const newer = (device: string, seq: string, order: string): string => `exists (select from device_order n where n.tenant = $1 and n.device = ${device} and n.order_id = ${order} and n.seq > ${seq} and n.state <> 'skipped')`
const ORDERS = `
  select device, seq, control, queued_at, state, tries, answer, error, ${newer('o.device', 'o.seq', 'o.order_id')} as superseded
  from device_order o where tenant = $1 order by (state in ('waiting', 'refused')) desc, queued_at desc, seq desc limit 100`
const REPLAY = `
  insert into device_order (tenant, device, seq, source, control, order_id, body, queued_at, next_try)
  select tenant, device, (select max(seq) from device_order where tenant = $1 and device = $2) + 1, source || ' ' || $4, $4, order_id, replace(body, '|' || control || '|', '|' || $4 || '|'), $5, $5
  from device_order where tenant = $1 and device = $2 and seq = $3`
const SKIP = `update device_order set state = 'skipped', done_at = $4 where tenant = $1 and device = $2 and seq = $3`
const WHICH = `
  select o.order_id, r.pat as patient, o.state, ${newer('$2', 'o.seq', 'o.order_id')} as superseded
  from device_order o left join resource r on r.tenant = o.tenant and r.rtype = $4 and r.id = o.order_id where o.tenant = $1 and o.device = $2 and o.seq = $3 for update of o`

export const createDeviceQueue = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): DeviceQueue => {
  const { pool, tenant } = database
  const select = async (where: string, most: number, long: number, ...values: unknown[]): Promise<DeviceMessage[]> => (await pool.query<MessageRow>(
    `select ${COLUMNS}, case when octet_length(${BODY}) <= ${long} then ${BODY} else '' end as body from ${FROM} where m.tenant = $1 and ${where} order by (m.state = 'differs') desc, m.received_at desc, m.part limit ${most}`, [tenant, ...values])).rows.map(toMessage)
  const placeOf = (id: string): [string, string] => { const [, device, seq] = ORDER_ID.exec(id) ?? []; if (device === undefined || seq === undefined) throw outcome('not-found'); return [device, seq] }
  /** What is done with a queued message is on record with its order and patient. */
  const change = (...[caller, id, row, work]: [...Parameters<DeviceQueue['skip']>, (client: PoolClient, place: [string, string], found: QueuedRow) => Promise<unknown>]): Promise<void> => database.withTransaction(async (client) => {
    const place = placeOf(id)
    await client.query(LOCK, [tenant, place[0]])
    const { rows: [found] } = await client.query<QueuedRow>(WHICH, [tenant, ...place, typeNumber('ServiceRequest')])
    if (found === undefined) throw outcome('not-found')
    await work(client, place, found)
    await insertAuditRows(client, database, [{ caller, at: clock.now(), row: { ...row, type: 'ServiceRequest', id: found.order_id, ...(found.patient !== null && { patient: found.patient }), detail: id } }])
  })
  return {
    async known(device, control, digest) {
      const { rows } = await pool.query<{ part: number }>('select part from device_message where tenant = $1 and device = $2 and control = $3 and digest = $4', [tenant, device, control, digest])
      return new Set(rows.map(({ part }) => part))
    },
    ofOrder: async (order) => (await select('m.order_id = $2', MOST_OF_ORDER, LONG_OF_ORDER, order)).toSorted((a, b) => b.at.localeCompare(a.at) || a.part - b.part),
    quarantine: (devices) => select(`m.state in ${OPEN} and m.device = any($2)`, MOST_LISTED, LONG_LISTED, devices),
    async count(devices) {
      const { rows } = await pool.query<{ count: number }>(`select count(*)::int4 as count from device_message where tenant = $1 and state in ${OPEN} and device = any($2)`, [tenant, devices])
      return rows[0]?.count ?? 0
    },
    async refused(devices) {
      return (await pool.query<RefusedOrders>(`select device, count(*)::int4 as count from device_order where tenant = $1 and state = 'refused' and device = any($2) group by device order by device`, [tenant, devices])).rows
    },
    async lastOf(device, order) {
      const { rows } = await pool.query<{ body: string }>(`select body from device_order where tenant = $1 and device = $2 and order_id = $3 and state not in ('skipped', 'refused') order by seq desc limit 1`, [tenant, device, order])
      return rows[0]?.body
    },
    find: async (id) => (UUID.test(id) ? (await select('m.id = $2', 1, 1e9, id))[0] : undefined),
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
    async turnedDown(id, error) {
      await pool.query(`update device_order set state = 'refused', tries = tries + 1, error = $4, done_at = $5 where tenant = $1 and device = $2 and seq = $3 and state = 'waiting'`, [tenant, ...placeOf(id), error, clock.now()])
    },
    async failed(id, error, pauseMs) {
      await pool.query(`update device_order set tries = tries + 1, error = $4, next_try = $5 where tenant = $1 and device = $2 and seq = $3 and state = 'waiting'`, [tenant, ...placeOf(id), error, new Date(clock.now().getTime() + pauseMs)])
    },
    async lines() {
      const [sent, received, orders] = await Promise.all([
        pool.query<LineRow>(LINES, [tenant]), pool.query<{ device: string; received: string; quarantined: number }>(RECEIVED, [tenant]),
        pool.query<{ device: string; seq: string; control: string; queued_at: string; state: DeviceOrderLine['state']; tries: number; answer: string; error: string; superseded: boolean }>(ORDERS, [tenant]),
      ])
      const names = [...new Set([...sent.rows, ...received.rows].map(({ device }) => device))]
      return {
        orders: orders.rows.map(({ seq, queued_at: queued, ...row }) => ({ ...row, id: `${row.device}/${seq}`, queued: toInstant(queued) })),
        devices: names.map((name) => {
          const [out, back] = [sent.rows.find(({ device }) => device === name), received.rows.find(({ device }) => device === name)]
          return {
            name, waiting: out?.waiting ?? 0, refused: out?.refused ?? 0, quarantined: back?.quarantined ?? 0, ...(out?.oldest && { oldest: toInstant(out.oldest) }), ...(out?.last_ack && { lastAck: toInstant(out.last_ack) }),
            ...(out?.last_error && { lastError: out.last_error }), ...(back && { lastReceived: toInstant(back.received) }),
          }
        }),
      }
    },
    replay: (caller, id, control, row) => change(caller, id, row, async (client, place, { state, superseded }) => {
      if (state === 'waiting') throw outcome('not-found')
      if (superseded) throw outcome('device-superseded')
      await client.query(REPLAY, [tenant, ...place, control, clock.now()])
      if (state === 'refused') await client.query(SKIP, [tenant, ...place, clock.now()])
    }),
    skip: (caller, id, row) => change(caller, id, row, async (client, place, { state }) => {
      if (state !== 'waiting' && state !== 'refused') throw outcome('not-found')
      await client.query(SKIP, [tenant, ...place, clock.now()])
    }),
  }
}
