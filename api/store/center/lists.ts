/** The center's lists across hospitals (port CenterLists), read through views that only a center's servers may use (migrations/0004-exchange.ts). */
import { z } from 'zod'
import type { CenterLists } from '../../model/exchange.ts'
import type { FormCode } from '../../model/ports.ts'
import type { CenterHospital, ReceivedDocument } from '../../model/site.ts'
import type { Database } from '../connection/database.ts'
import { run, toInstant } from '../connection/rows.ts'

interface HospitalRow {
  tenant: number; name: string; last_contact: string | null; hello: string | null; last_error: string | null
  received_count: string | null; applied_count: string | null; head_seen: string | null; quarantined: string | null
}
interface ReceivedRow {
  tenant: number; hospital: string; document: string; form: FormCode; title: string; patient_name: string; birth_date: string | null; visit_date: string
  signer: string; signed_at: string; received_at: string; verdict: 'valid' | 'invalid'; reason: string | null; superseded: boolean
}

/** What the node said of itself; an older node may have said less. */
const helloShape = z.object({ headSeq: z.int().catch(0), unsealed: z.int().catch(0), oldestPending: z.string().nullable().catch(null) })

const HOSPITALS = 'select tenant, name, last_contact, hello, last_error, received_count, applied_count, head_seen, quarantined from center_hospital order by name, tenant'
const RECEIVED = `
  select tenant, hospital, document, form, title, patient_name, birth_date, visit_date, signer, signed_at, received_at, verdict, reason, superseded from center_received
  where ($1::int4 is null or tenant = $1) and ($2::timestamptz is null or (received_at, document) < ($2, $3::text))
  order by received_at desc, document desc limit $4`

export const createCenterLists = ({ pool }: Pick<Database, 'pool'>): CenterLists => ({
  hospitals: async () => (await run<HospitalRow>(pool, HOSPITALS, [], 'center-hospitals')).map(toHospital),
  received: async ({ tenant, before, count }) =>
    (await run<ReceivedRow>(pool, RECEIVED, [tenant ?? null, before?.receivedAt ?? null, before?.document ?? null, count], 'center-received')).map(toReceived),
})

const toHospital = (row: HospitalRow): CenterHospital => {
  const hello = row.hello === null ? undefined : helloShape.parse(JSON.parse(row.hello))
  const applied = Number(row.applied_count ?? 0)
  // HELLO is older than the last batch
  const sealed = Math.max(hello?.headSeq ?? 0, Number(row.head_seen ?? 0))
  const pending = Math.max(0, sealed + (hello?.unsealed ?? 0) - applied)
  return {
    tenant: row.tenant, name: row.name, sealed, sent: Number(row.received_count ?? 0), applied, pending, quarantined: Number(row.quarantined ?? 0),
    ...(row.last_contact !== null && { lastContact: toInstant(row.last_contact) }),
    ...(pending > 0 && hello?.oldestPending != null && { oldestPending: hello.oldestPending }),
    ...(row.last_error !== null && { lastError: row.last_error }),
  }
}

const toReceived = (row: ReceivedRow): ReceivedDocument => ({
  tenant: row.tenant, hospital: row.hospital, document: row.document, form: row.form, title: row.title, patientName: row.patient_name, visitDate: row.visit_date, signer: row.signer,
  signedAt: toInstant(row.signed_at), receivedAt: toInstant(row.received_at), verdict: row.verdict === 'invalid' ? 'invalid' : row.superseded ? 'valid-superseded' : 'valid-current',
  ...(row.birth_date !== null && { birthDate: row.birth_date }), ...(row.reason !== null && { reason: row.reason }),
})
