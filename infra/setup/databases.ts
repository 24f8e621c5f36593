/** Brings up each site's database: the embedded PostgreSQL (supervised) or the hospital's own; roles, rights, tables. */
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '#api/config.ts'
import { grantCenterViews } from '#api/store/center/grants.ts'
import { migrate } from '#api/store/connection/migrate.ts'
import { openEmbedded } from '#infra/postgres/embedded.ts'
import { atDatabase, createDatabase, provisionRoles, readRolePasswords, ROLE, urlAs } from '#infra/postgres/provision.ts'
import type { Say } from './progress.ts'
import type { SiteSettings } from './sites.ts'

export interface SiteDatabase {
  /** As the servers sign in. */
  readonly appUrl: string
  /** As migrations do. */
  readonly ownerUrl: string
  /** As the administrator of that PostgreSQL, in the site's database. */
  readonly adminUrl: string
}

export interface Databases {
  of(site: SiteSettings): SiteDatabase
  /** Roles, databases and tables of every site, as this version wants them. */
  prepare(): Promise<void>
  close(): Promise<void>
}

/** Starts the embedded cluster when a site needs it. It is restarted on the same port when it dies. */
export async function openDatabases(config: Config, sites: readonly SiteSettings[], say: Say): Promise<Databases> {
  const passwords = readRolePasswords(config.secrets)
  const embedded = sites.some((site) => site.ownDatabase === undefined) ? await superviseEmbedded(config, say) : undefined
  const adminOf = (site: SiteSettings, database: string): string => {
    if (site.ownDatabase === undefined) return embedded?.adminUrl(database) ?? ''
    return atDatabase(site.ownDatabase, database)
  }
  const of = (site: SiteSettings): SiteDatabase => {
    const adminUrl = adminOf(site, site.databaseName)
    return { adminUrl, ownerUrl: urlAs(adminUrl, ROLE.owner, passwords.owner), appUrl: urlAs(adminUrl, ROLE.app, passwords.app) }
  }
  return {
    of,
    async prepare() {
      for (const site of sites) {
        await provisionRoles(adminOf(site, 'postgres'), passwords)
        await createDatabase(adminOf(site, 'postgres'), site.databaseName)
        await migrate(of(site).ownerUrl)
        if (site.name === 'center') await grantCenterViews(of(site).ownerUrl)
      }
    },
    close: async () => embedded?.close(),
  }
}

interface Supervised { adminUrl(database: string): string; close(): Promise<void> }

async function superviseEmbedded(config: Config, say: Say): Promise<Supervised> {
  let wanted = true
  const options = { folder: path.join(config.data, 'postgres'), secrets: config.secrets, log: (line: string) => say(`  ${line}`) }
  let cluster = await openEmbedded(options)
  const { port } = cluster // servers know it, so it stays
  let restart: Promise<void> = Promise.resolve()
  const watch = (): void => {
    void cluster.ended.then(() => {
      if (!wanted) return
      say(`  PostgreSQL ended unexpectedly; starting it again. Its log: ${cluster.logFile}`)
      restart = reopen()
    })
  }
  const reopen = async (): Promise<void> => {
    for (let pause = 500; wanted; pause = Math.min(pause * 2, 30_000)) {
      try {
        cluster = await openEmbedded({ ...options, port })
        watch()
        return
      } catch (error) {
        say(`  ${error instanceof Error ? error.message : String(error)}`)
        await sleep(pause)
      }
    }
  }
  watch()
  return {
    adminUrl: (database) => cluster.adminUrl(database),
    async close() {
      wanted = false
      await restart
      await cluster.stop()
    },
  }
}
