/** Fetches what is included by its canonical (api/search/include-canonical.ts): live and visible, as everything that is included. */
import { MOST_INCLUDED } from '../../model/limits.ts'
import type { StoredVersion } from '../../model/resource.ts'
import type { Include } from '../../search/ast.ts'
import type { CompileOptions } from '../../search/compile.ts'
import { liveAndVisible } from '../../search/filters.ts'
import type { Probe } from '../../search/canonical.ts'
import { namedProbes, namingProbes, toProbe } from '../../search/include-canonical.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { typeNumber } from '../../search/resource-types.ts'
import { literal, run, toVersion, VERSION_COLUMNS, type Queryable, type VersionRow } from '../connection/rows.ts'

/** What these rows name, and what names them. */
export const fetchCanonicals = async (on: Queryable, compile: CompileOptions, includes: readonly Include[], rows: readonly StoredVersion[], bases: readonly string[]): Promise<StoredVersion[]> => {
  const named = await fetchProbes(on, compile, namedProbes(includes, rows, bases))
  const naming = await fetchProbes(on, compile, namingProbes(includes, rows))
  if (naming.length === 0) return named
  // search rows hold each canonical without its version too: who names another version names another resource
  const back = includes.filter(({ reverse }) => reverse).map((include) => ({ ...include, reverse: false }))
  const own = rows.flatMap((row) => toProbe(row) ?? [])
  return [...named, ...naming.filter((row) => namedProbes(back, [row], bases).some(({ type, h, version }) => own.some((one) => one.type === type && one.h === h && (version === undefined || version === one.version))))]
}

const fetchProbes = async (on: Queryable, compile: CompileOptions, probes: readonly Probe[]): Promise<StoredVersion[]> => {
  if (probes.length === 0) return []
  const sql = new SqlParameters(compile.tenant, literal(probes.map(({ type }) => typeNumber(type) ?? 0)), literal(probes.map(({ h }) => h)), literal(probes.map(({ version }) => version ?? 'null')))
  const sees = liveAndVisible('r', { sql, visibility: compile.visibility, now: compile.now.toISOString(), alias: (letter) => letter })
  const rows = await run<VersionRow>(on, `
    select ${VERSION_COLUMNS} from (
      select distinct k.rtype, p.rid from unnest($2::int2[], $3::int8[], $4::int8[]) as k(rtype, h, version) join posting p on p.tenant = $1 and p.h = k.h
      where k.version is null or exists (select from posting v where v.tenant = $1 and v.h = k.version and v.d = p.d and v.rid = p.rid)
    ) as q join resource r on r.tenant = $1 and r.rtype = q.rtype and r.rid = q.rid
    where ${sees} order by r.rtype, r.rid limit ${MOST_INCLUDED + 1}`, sql.values)
  return rows.map(toVersion)
}
