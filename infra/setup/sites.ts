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

/** One or two sites, by EMR_ROLE. */
export function sitesOf(config: Config): SiteSettings[] {
  const reach = ['0.0.0.0', '::', '[::]'].includes(config.host) ? '127.0.0.1' : config.host
  const site = (name: SiteName, tenant: number, port: number, ownDatabase: string | undefined): SiteSettings => ({
    name, tenant, host: config.host, port, address: `http://${reach}:${port}`, secrets: path.join(config.secrets, name), ownDatabase,
    databaseName: nameIn(ownDatabase) ?? `emr_${name}`,
  })
  const hospital = (): SiteSettings => site('hospital', config.tenant, config.port, config.databaseUrl)
  const center = (): SiteSettings => site('center', 0, config.centerPort, config.centerDatabaseUrl ?? (config.role === 'center' ? config.databaseUrl : undefined))
  if (config.role === 'hospital') return [hospital()]
  if (config.role === 'center') return [center()]
  const both = [hospital(), center()]
  if (config.port === config.centerPort) throw new Problem(`EMR_PORT and EMR_CENTER_PORT are both ${config.port}: the sites need two ports`)
  if (both[0]?.ownDatabase !== undefined && both[0].ownDatabase === both[1]?.ownDatabase) throw new Problem('DATABASE_URL and EMR_CENTER_DATABASE_URL name the same database: each site needs its own')
  return both
}

const nameIn = (url: string | undefined): string | undefined => (url === undefined ? undefined : decodeURIComponent(new URL(url).pathname.slice(1)) || undefined)
