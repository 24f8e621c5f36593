/** Which profiles, tags and security labels current resources have ($meta of a type, of everything). No index knows them as they are written: the bodies of those that have any are read. */
import { outcome } from '../../model/outcome.ts'
import type { Labels, Sight } from '../../model/record-ports.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { anyPresent } from '../../search/present.ts'
import { parameterOf } from '../../search/registry.ts'
import { inSight, typeNumbers } from '../../search/sight.ts'
import type { RecordOptions } from '../record-options.ts'
import { run } from '../connection/rows.ts'
import { withinTime } from './search-time.ts'

const MOST_LABELS = 10_000
const KINDS = ['profile', 'tag', 'security'] as const

export const readLabels = async ({ database, clock }: RecordOptions, sights: readonly Sight[], type?: string): Promise<Labels> => {
  const sql = new SqlParameters(database.tenant, anyPresent(KINDS.flatMap((kind) => parameterOf('Patient', `_${kind}`)?.number ?? [])))
  const ofType = type === undefined ? '' : ` and r.rtype = any(${sql.add(typeNumbers([type]))}::int2[])`
  const items = KINDS.map((kind) => `select '${kind}' as kind, meta -> '${kind}' as list`).join(' union all ')
  const text = `
    select distinct l.kind, case when json_typeof(item) = 'string' then item #>> '{}' else item::text end as label
    from resource r cross join lateral (select emr_json(r.body) -> 'meta' as meta offset 0) as m cross join lateral (${items}) as l
    cross join lateral json_array_elements(case when json_typeof(l.list) = 'array' then l.list else '[]' end) as item
    where r.tenant = $1 and not r.del and r.present ~ $2${ofType} and ${inSight('r', sights, clock.now().toISOString(), sql)} limit ${MOST_LABELS + 1}`
  const rows = await withinTime(database.pool, true, (on) => run<{ kind: keyof Labels; label: string }>(on, text, sql.values))
  if (rows.length > MOST_LABELS) throw outcome('too-costly', { diagnostics: `More than ${MOST_LABELS} labels.` })
  const of = (kind: keyof Labels): string[] => rows.filter((row) => row.kind === kind).map(({ label }) => label).toSorted()
  return { profile: of('profile'), tag: of('tag'), security: of('security') }
}
