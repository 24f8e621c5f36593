/** Heads and bodies of the stored code systems, value sets and concept maps (ports.TerminologySource): no patient's data, so that nobody's sight is asked. */
import type { TerminologyHead, TerminologySource, TerminologyType } from '../model/ports.ts'
import { typeNumber } from '../search/resource-types.ts'
import type { Database } from './connection/database.ts'
import { literal, run } from './connection/rows.ts'

const TYPES: readonly TerminologyType[] = ['CodeSystem', 'ConceptMap', 'ValueSet']
const NUMBERS = new Map(TYPES.flatMap((type) => { const rtype = typeNumber(type); return rtype === undefined ? [] : [[rtype, type] as const] }))

interface HeadRow { readonly rtype: number; readonly id: string; readonly ver: number }

const toHead = ({ rtype, id, ver }: HeadRow): TerminologyHead[] => {
  const type = NUMBERS.get(rtype)
  return type ? [{ type, id, version: ver }] : []
}

export const createTerminologySource = ({ database: { pool, tenant } }: { readonly database: Database }): TerminologySource => ({
  async heads() {
    const rows = await run<HeadRow>(pool, 'select r.rtype, r.id, r.ver from resource r where r.tenant = $1 and r.rtype = any($2::int2[]) and not r.del order by r.rtype, r.id', [tenant, literal([...NUMBERS.keys()])], 'terminology-heads')
    return rows.flatMap(toHead)
  },
  async bodies(heads) {
    const rows = await run<HeadRow & { readonly body: string }>(pool, `
      select r.rtype, r.id, r.ver, r.body from resource r
      join unnest($2::int2[], $3::text[], $4::int4[]) as k(rtype, id, ver) on r.rtype = k.rtype and r.id = k.id and r.ver = k.ver where r.tenant = $1 and not r.del`,
    [tenant, literal(heads.flatMap(({ type }) => typeNumber(type) ?? [])), heads.map(({ id }) => id), literal(heads.map(({ version }) => version))], 'terminology-bodies')
    return rows.flatMap((row) => toHead(row).map((head) => ({ ...head, body: row.body })))
  },
})
