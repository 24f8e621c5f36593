/**
 * What a data folder is for, kept in its `site.json` from the first start on: the demo, or one real site with its number. So a later `npm start` needs no settings, invented
 * patients never mix with real ones, and a mistyped number does not show an empty hospital.
 */
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Config } from '#api/config.ts'
import { isErrno } from '#infra/postgres/secret-file.ts'
import { Problem } from './problem.ts'

const FILE = 'site.json'
const Kept = z.object({ demo: z.boolean(), role: z.enum(['demo', 'hospital', 'center']), tenant: z.int().min(0) })
type Kept = z.infer<typeof Kept>
type Environment = Readonly<Record<string, string | undefined>>

/** The environment with what the data folder knows filled in. Throws Problem where the two contradict each other. */
export function withKeptSite(environment: Environment): Environment {
  const data = path.resolve(environment.EMR_DATA || '.data')
  const kept = readKept(data)
  if (kept === undefined) return environment
  const { EMR_ROLE: role, EMR_TENANT: tenant, EMR_DEMO: demo } = environment
  if (kept.demo) {
    if ((role === 'hospital' || role === 'center') && demo !== '1') throw new Problem(`The data folder ${data} holds the demo with its invented patients: name an empty one for a real ${role} with EMR_DATA=…`)
    return environment
  }
  if (demo === '1' || (role && role !== kept.role)) throw new Problem(`The data folder ${data} holds a real ${kept.role}: name another for ${demo === '1' || role === 'demo' ? 'the demo' : `the ${role}`} with EMR_DATA=…`)
  if (tenant && kept.role === 'hospital' && Number(tenant) !== kept.tenant) throw new Problem(`The data folder ${data} holds hospital ${kept.tenant}, not ${tenant}: leave EMR_TENANT out, or name another folder with EMR_DATA=…`)
  return { ...environment, EMR_ROLE: kept.role, ...(kept.role === 'hospital' && { EMR_TENANT: String(kept.tenant) }) }
}

/** Once the databases are there. */
export function keepSite({ data, demo, role, tenant }: Config): void {
  const file = path.join(data, FILE)
  if (fs.existsSync(file)) return
  const draft = `${file}.${process.pid}`
  fs.writeFileSync(draft, `${JSON.stringify({ demo, role, tenant } satisfies Kept)}\n`, { mode: 0o600, flush: true })
  fs.renameSync(draft, file)
}

function readKept(data: string): Kept | undefined {
  try {
    const parsed = Kept.safeParse(JSON.parse(fs.readFileSync(path.join(data, FILE), 'utf8')))
    if (!parsed.success) throw new Problem(`${path.join(data, FILE)} is damaged: it should be like {"demo":false,"role":"hospital","tenant":901}`)
    return parsed.data
  } catch (error) {
    if (error instanceof SyntaxError) throw new Problem(`${path.join(data, FILE)} is damaged: it should be like {"demo":false,"role":"hospital","tenant":901}`)
    if (!isErrno(error, 'ENOENT') && !isErrno(error, 'ENOTDIR')) throw error
    // a folder from before this file was kept, or a restored one: the demo leaves its password
    return fs.existsSync(path.join(data, 'secrets/demo-password')) ? { demo: true, role: 'demo', tenant: 0 } : undefined
  }
}
