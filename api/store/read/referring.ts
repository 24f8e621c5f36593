/** What refers to a resource: the rows of every reference parameter that may lead to its type, as _revinclude=* finds them (http://hl7.org/fhir/R4/search.html#revinclude), but for a bound of the caller's. */
import type { ResourceKey, StoredVersion } from '../../model/resource.ts'
import { linksFrom } from '../../search/include.ts'
import { typeNumber } from '../../search/resource-types.ts'
import { literal, run, toVersion, VERSION_COLUMNS, type VersionRow } from '../connection/rows.ts'
import type { RecordOptions } from '../record-options.ts'

export const readReferring = async ({ database }: RecordOptions, { type, id }: ResourceKey, most: number): Promise<StoredVersion[]> => {
  const links = linksFrom({ reverse: true, iterate: false }, type)
  const rows = await run<VersionRow>(database.pool, `
    select ${VERSION_COLUMNS} from (
      select distinct k.rtype, p.rid from unnest($2::int8[], $3::int2[]) as k(h, rtype) join pst_ref p on p.tenant = $1 and p.h = k.h and p.target = $4
    ) as q join resource r on r.tenant = $1 and r.rtype = q.rtype and r.rid = q.rid
    where not r.del order by r.rtype, r.rid limit $5`, [database.tenant, literal([...links.keys()]), literal([...links.values()].map((source) => typeNumber(source) ?? 0)), id, most])
  return rows.map(toVersion)
}
