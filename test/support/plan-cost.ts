/** What a statement costs by the plan that a connection keeps for all values, on a real PostgreSQL (https://www.postgresql.org/docs/current/using-explain.html). */
import pg from 'pg'
import type { Database } from '#api/store/connection/database.ts'

interface Node {
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Node[]
}

export interface PlanCost {
  /** Rows that scans touched, also those that a filter threw away. */
  readonly rows: number
  /** Blocks read, from memory or disk. */
  readonly blocks: number
}

const touched = (node: Node): number => (/Scan/.test(node['Node Type']) ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] : 0)
  + (node.Plans ?? []).reduce((sum, each) => sum + touched(each), 0)

/** As EXECUTE takes it: statements send numbers, instants, array literals and lists of texts. */
const written = (value: unknown): string => (value === null ? 'null'
  : pg.escapeLiteral(typeof value === 'string' || typeof value === 'number' ? String(value) : Array.isArray(value) ? `{${value.map((each) => JSON.stringify(each)).join(',')}}` : JSON.stringify(value)))

/** `kept`: by the plan for all values; else by the one for these values, as statements without a name have. */
export const planCost = async (database: Database, { text, values }: { readonly text: string; readonly values: readonly unknown[] }, kept = true): Promise<PlanCost> => {
  const client = await database.pool.connect()
  try {
    if (!kept) await client.query('set plan_cache_mode = force_custom_plan')
    await client.query(`prepare looked_at as ${text}`)
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Node & { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }[] }>(
      `explain (analyze, buffers, timing off, format json) execute looked_at(${values.map(written).join(', ')})`)
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
    if (plan === undefined) throw new Error('No plan')
    return { rows: touched(plan), blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] }
  } finally {
    await client.query('deallocate looked_at')
    if (!kept) await client.query('set plan_cache_mode = force_generic_plan')
    client.release()
  }
}
