/** Alerts of the safety checks as they are counted: once for each visit, rule and grade. Who saw them and of whom they spoke stands in the record, not here. */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const TABLES = [
  // overridden_at: when a visit with it was signed; reason: of api/model/safety.ts.
  `create table safety_alert (
    tenant int4 not null,
    encounter text collate "C" not null,
    rule text collate "C" not null,
    grade text collate "C" not null,
    shown_at timestamptz not null,
    overridden_at timestamptz,
    reason text collate "C" not null default '',
    second_person boolean not null default false,
    constraint safety_alert_pkey primary key (tenant, encounter, rule, grade),
    constraint safety_alert_grade_known check (grade in ('note', 'reason', 'second-person'))
  )`,
  'create index safety_alert_shown on safety_alert (tenant, shown_at)',
]

export class SafetyAlerts extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...protect('safety_alert', 'select, insert, update')]) this.addSql(statement)
  }
}
