/** The structure definitions that are stored at this site (ports.DefinitionSource): no patient's data, so that nobody's sight is asked. */
import type { DefinitionHead, DefinitionSource } from '../model/ports.ts'
import { digest, FORM } from '../search/hash.ts'
import { typeNumber } from '../search/resource-types.ts'
import type { Database } from './connection/database.ts'
import { literal, run } from './connection/rows.ts'

const TYPE = 'StructureDefinition'

export const createDefinitionSource = ({ database: { pool, tenant } }: { readonly database: Database }): DefinitionSource => ({
  async heads(urls) {
    const byDigest = new Map(urls.map((url) => [String(digest(TYPE, 'url', FORM.url, url)), url]))
    const rows = await run<{ h: string; id: string; ver: number }>(pool, `
      select p.h::text as h, r.id, r.ver from posting p join resource r on r.tenant = p.tenant and r.rid = p.rid
      where p.tenant = $1 and p.h = any($2::int8[]) and r.rtype = $3 and not r.del order by r.id`, [tenant, literal([...byDigest.keys()]), typeNumber(TYPE)], 'definition-heads')
    return rows.flatMap(({ h, id, ver }): DefinitionHead[] => {
      const url = byDigest.get(h)
      return url === undefined ? [] : [{ url, id, version: ver }]
    })
  },
  async body({ id, version }) {
    const [row] = await run<{ body: string }>(pool, 'select r.body from resource r where r.tenant = $1 and r.rtype = $2 and r.id = $3 and r.ver = $4 and not r.del', [tenant, typeNumber(TYPE), id, version], 'definition-body')
    return row?.body
  },
})
