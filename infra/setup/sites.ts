/** What the launcher needs to know of each site that it runs, out of the one set of settings. */
import path from 'node:path'
import type { Config } from '#api/config.ts'
import { Problem } from './problem.ts'
import type { SiteName } from './site.ts'

export interface SiteSettings {
  readonly name: SiteName
  readonly tenant: number
  readonly host: string
  readonly port: number
  /** http://host:port as the launcher itself reaches it. */
  readonly address: string
  /** Keys of this site only. */
  readonly secrets: string
  readonly databaseName: string
  /** Address of an administrator of the site's own PostgreSQL; undefined: the embedded one. */
  readonly ownDatabase: string | undefined
}

export type RecordSite = SiteSettings & { readonly name: Exclude<SiteName, 'training'> }

/** Number of every training hospital: nothing of it ever leaves, so all may have the same. */
export const TRAINING_TENANT = 999_999

/** The sites that hold records, one or two by EMR_ROLE: what is started, backed up and restored. */
export function sitesOf(config: Config): RecordSite[] {
  const site = (name: RecordSite['name'], tenant: number, port: number, ownDatabase: string | undefined): RecordSite => ({
    name, tenant, host: config.host, port, address: `http://${reachable(config.host)}:${port}`, secrets: path.join(config.secrets, name), ownDatabase,
    databaseName: nameIn(ownDatabase) ?? `emr_${name}`,
  })
  const hospital = (): RecordSite => site('hospital', config.tenant, config.port, config.databaseUrl)
  const center = (): RecordSite => site('center', 0, config.centerPort, config.centerDatabaseUrl ?? (config.role === 'center' ? config.databaseUrl : undefined))
  if (config.role === 'hospital') return [hospital()]
  if (config.role === 'center') return [center()]
  const both = [hospital(), center()]
  if (config.port === config.centerPort) throw new Problem(`EMR_PORT and EMR_CENTER_PORT are both ${config.port}: the sites need two ports`)
  if (both[0]?.ownDatabase !== undefined && both[0].ownDatabase === both[1]?.ownDatabase) throw new Problem('DATABASE_URL and EMR_CENTER_DATABASE_URL name the same database: each site needs its own')
  return both
}

/** The training hospital beside this hospital; undefined when none is wanted. It has a database, keys and files of its own; no backup holds it. */
export function trainingOf(config: Config): SiteSettings | undefined {
  if (!config.training) return undefined
  const taken = sitesOf(config).find(({ port }) => port === config.trainingPort)
  if (taken) throw new Problem(`EMR_TRAINING_PORT is ${config.trainingPort}, which the ${taken.name} has: the training hospital needs a port of its own`)
  return {
    name: 'training', tenant: TRAINING_TENANT, host: config.host, port: config.trainingPort, address: `http://${reachable(config.host)}:${config.trainingPort}`,
    secrets: path.join(config.secrets, 'training'), ownDatabase: config.databaseUrl, databaseName: 'emr_training',
  }
}

/** Where the launcher itself reaches what listens there. */
const reachable = (host: string): string => (['0.0.0.0', '::', '[::]'].includes(host) ? '127.0.0.1' : host)

const nameIn = (url: string | undefined): string | undefined => (url === undefined ? undefined : decodeURIComponent(new URL(url).pathname.slice(1)) || undefined)
