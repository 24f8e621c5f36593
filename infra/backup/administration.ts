/** How backup and restore reach each site's PostgreSQL as its administrator: one that runs, the embedded one brought up for the while, or the hospital's own. */
import path from 'node:path'
import type { Config } from '#api/config.ts'
import { findEmbedded, openEmbedded } from '#infra/postgres/embedded.ts'
import { atDatabase, provisionRoles, readRolePasswords, type RolePasswords } from '#infra/postgres/provision.ts'
import { Problem } from '#infra/setup/problem.ts'
import type { SiteSettings } from '#infra/setup/sites.ts'

export interface Administration {
  readonly passwords: RolePasswords
  readonly adminUrl: (site: SiteSettings, database?: string) => string
  close(): Promise<void>
}

/** `stopped`: refuses when the embedded PostgreSQL is running, because its servers are. */
export async function openAdministration(config: Config, sites: readonly SiteSettings[], options: { readonly stopped: boolean }): Promise<Administration> {
  const place = { folder: path.join(config.data, 'postgres'), secrets: config.secrets }
  const needed = sites.some((site) => site.ownDatabase === undefined)
  const running = needed ? findEmbedded(place) : undefined
  if (running && options.stopped) throw new Problem('It is running: stop it first (Ctrl-C where npm start runs), then restore')
  const opened = needed && !running ? await openEmbedded(place) : undefined
  const embedded = running ?? opened?.adminUrl
  const adminUrl = (site: SiteSettings, database = site.databaseName): string =>
    site.ownDatabase === undefined ? embedded?.(database) ?? '' : atDatabase(site.ownDatabase, database)
  const passwords = readRolePasswords(config.secrets)
  const close = async (): Promise<void> => opened?.stop()
  try {
    for (const site of sites) await provisionRoles(adminUrl(site, 'postgres'), passwords)
  } catch (error) {
    await close()
    throw error
  }
  return { passwords, adminUrl, close }
}
