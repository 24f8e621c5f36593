/** Several visibilities in one statement: each type is seen as a search in that type would show it. */
import type { Sight } from '../model/record-ports.ts'
import type { SqlParameters } from './parameters.ts'
import { typeNumber } from './resource-types.ts'
import { visible } from './visibility.ts'

/** Numbers of types as an array literal; what is no type of R4 is left out. */
export const typeNumbers = (types: readonly string[]): string => `{${types.flatMap((type) => typeNumber(type) ?? []).join(',')}}`

/** `now`: instant at which care relations must hold. $1 is the tenant. No sight: nothing is seen. */
export const inSight = (alias: string, sights: readonly Sight[], now: string, sql: SqlParameters): string => {
  const each = sights.map(({ types, visibility }) => {
    const sees = visible(alias, visibility, now, sql)
    return types === undefined ? sees : `(${alias}.rtype = any(${sql.add(typeNumbers(types))}::int2[]) and ${sees})`
  })
  return each.length === 0 ? 'false' : each.length === 1 ? each[0] ?? 'false' : `(${each.join(' or ')})`
}
