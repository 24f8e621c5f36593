/** Order sets and phrases that people keep for the visit sheet: their own, of a department, of the hospital. Nothing of patients belongs in them. */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const TABLES = [
  // owner: the account of a person's, the FHIR id of a department's, '' for the hospital's. body: JSON of api/model/visit-aids.ts.
  `create table visit_aid (
    tenant int4 not null,
    id uuid not null,
    kind text collate "C" not null,
    scope text collate "C" not null,
    owner text collate "C" not null,
    name text not null,
    body text not null,
    version int4 not null,
    changed_at timestamptz not null,
    constraint visit_aid_pkey primary key (tenant, id),
    constraint visit_aid_name unique (tenant, scope, owner, kind, name),
    constraint visit_aid_kind_known check (kind in ('order-set', 'phrase')),
    constraint visit_aid_scope_known check (scope in ('person', 'department', 'hospital'))
  )`,
]

export class VisitAids extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...protect('visit_aid')]) this.addSql(statement)
  }
}
