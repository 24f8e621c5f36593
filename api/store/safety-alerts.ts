/** Alerts of the safety checks, counted (port SafetyAlerts). Statements sort their rows, so that two sheets never wait for each other in a circle. */
import type { PoolClient } from 'pg'
import type { Tenant } from '../model/resource.ts'
import { OVERRIDE_REASONS, type Grade, type OverrideReason } from '../model/safety.ts'
import type { AlertFigures, KeptAlert, SafetyAlerts } from '../model/safety-ports.ts'
import type { Database } from './connection/database.ts'

const SHOWN = `
  insert into safety_alert (tenant, encounter, rule, grade, shown_at)
  select $1, $2, rule, grade, $5 from unnest($3::text[], $4::text[]) as found (rule, grade) group by rule, grade order by rule, grade
  on conflict on constraint safety_alert_pkey do nothing`

const KEPT = `
  insert into safety_alert (tenant, encounter, rule, grade, shown_at, overridden_at, reason, second_person)
  select $1, $2, rule, grade, $7, $7, min(reason), bool_or(second_person) from unnest($3::text[], $4::text[], $5::text[], $6::bool[]) as kept (rule, grade, reason, second_person)
  group by rule, grade order by rule, grade
  on conflict on constraint safety_alert_pkey do update set overridden_at = excluded.overridden_at, reason = excluded.reason, second_person = excluded.second_person`

/** In the transaction of the signature. */
export const countKeptAlerts = async (client: PoolClient, tenant: Tenant, encounter: string, alerts: readonly KeptAlert[], at: Date): Promise<void> => {
  if (alerts.length === 0) return
  await client.query(KEPT, [tenant, encounter, alerts.map(({ rule }) => rule), alerts.map(({ grade }) => grade), alerts.map(({ reason }) => reason), alerts.map(({ secondPerson }) => secondPerson), at])
}

const FIGURES = `
  select rule, grade, count(*)::int4 as shown, count(overridden_at)::int4 as overridden, count(*) filter (where second_person)::int4 as second,
    array_agg(reason) filter (where reason <> '') as reasons
  from safety_alert where tenant = $1 and shown_at >= $2 group by rule, grade order by 3 desc, rule, grade limit 500`

interface Row { readonly rule: string; readonly grade: Grade; readonly shown: number; readonly overridden: number; readonly second: number; readonly reasons: readonly string[] | null }

const countReasons = (reasons: readonly string[]): Partial<Record<OverrideReason, number>> =>
  Object.fromEntries(OVERRIDE_REASONS.map((reason) => [reason, reasons.filter((one) => one === reason).length] as const).filter(([, count]) => count > 0))

export const createSafetyAlerts = ({ database: { pool, tenant } }: { readonly database: Database }): SafetyAlerts => ({
  async shown(encounter, alerts, at) {
    if (alerts.length > 0) await pool.query(SHOWN, [tenant, encounter, alerts.map(({ rule }) => rule), alerts.map(({ grade }) => grade), at])
  },
  async figures(since) {
    const { rows } = await pool.query<Row>(FIGURES, [tenant, since])
    return rows.map(({ second, reasons, ...row }): AlertFigures => ({ ...row, secondPerson: second, reasons: countReasons(reasons ?? []) }))
  },
})
