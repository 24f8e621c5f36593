/** How often a doctor has ordered and diagnosed what, counted when a visit is signed. Codes and doses; of patients nothing. */
import { Migration } from '@mikro-orm/migrations'
import { protect } from './table.ts'

const TABLES = [
  // department: '' when the visit names none. category: of the main diagnosis, 'J03'; '' for none and for diagnoses themselves. weight halves with time (api/store/favourites.ts).
  `create table favourite (
    tenant int4 not null,
    account uuid not null,
    department text collate "C" not null,
    category text collate "C" not null,
    kind text collate "C" not null,
    code text collate "C" not null,
    dosage text not null default '',
    weight float8 not null,
    last_used timestamptz not null,
    constraint favourite_pkey primary key (tenant, account, department, category, kind, code),
    constraint favourite_kind_known check (kind in ('drug', 'order', 'diagnosis'))
  )`,
  'create index favourite_department on favourite (tenant, department)',
]

export class FavouriteTable extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...protect('favourite')]) this.addSql(statement)
  }
}
