/** `npm run restore -- FOLDER [--replace]`: puts a backup in place of empty databases, or with --replace of full ones. Checks every file before, and every byte after. */
import path from 'node:path'
import { parseConfig, type Config } from '#api/config.ts'
import { prepareDataFolder } from '#infra/setup/machine.ts'
import { withKeptSite } from '#infra/setup/kept-site.ts'
import { explain, Problem } from '#infra/setup/problem.ts'
import { step, type Say } from '#infra/setup/progress.ts'
import { sitesOf, type SiteSettings } from '#infra/setup/sites.ts'
import { openAdministration } from './administration.ts'
import { deriveKey, readManifest, requireSeal, verifyFiles, type Key, type Manifest, type SiteBackup } from './archive.ts'
import { loadDatabase } from './load.ts'
import { unpackSecrets } from './secrets-copy.ts'

export interface RestoreOptions {
  readonly passphrase: string | undefined
  readonly replace: boolean
  readonly now: Date
  readonly say: Say
}

/** Throws Problem, with nothing changed, when the backup is damaged, is of other sites, or would overwrite data without `replace`. */
export async function restore(config: Config, folder: string, { passphrase, replace, now, say }: RestoreOptions): Promise<Manifest> {
  const manifest = readManifest(folder)
  const key = keyOf(manifest, passphrase)
  requireSeal(manifest, key)
  const pairs = pairSites(sitesOf(config), manifest)
  prepareDataFolder(config.data, config.secrets)
  await step(say, 'Checking the files of the backup', () => verifyFiles(folder, manifest))
  const administration = await openAdministration(config, pairs.map(([site]) => site), { stopped: true })
  try {
    for (const [site, backup] of pairs) {
      await step(say, `Database of the ${site.name}`, () => loadDatabase({
        backup, folder, key, replace, adminUrl: administration.adminUrl(site, 'postgres'), ownerPassword: administration.passwords.owner, database: site.databaseName,
      }))
    }
    await unpackSecrets(manifest, folder, key, config.secrets, now)
    return manifest
  } finally {
    await administration.close()
  }
}

function keyOf(manifest: Manifest, passphrase: string | undefined): Key {
  if (!manifest.encryption) return undefined
  if (passphrase === undefined) throw new Problem('The backup is encrypted: set EMR_BACKUP_PASSPHRASE to its passphrase')
  return deriveKey(passphrase, manifest.encryption.salt)
}

function pairSites(settings: readonly SiteSettings[], manifest: Manifest): [SiteSettings, SiteBackup][] {
  return settings.map((site) => {
    const backup = manifest.sites.find((one) => one.site === site.name)
    if (!backup) throw new Problem(`The backup does not hold the ${site.name}, it holds: ${manifest.sites.map((one) => one.site).join(', ')}. Set EMR_ROLE to what it holds.`)
    if (backup.tenant !== site.tenant) throw new Problem(`The backup is of tenant ${backup.tenant}, this ${site.name} is tenant ${site.tenant}: set EMR_TENANT=${backup.tenant}`)
    return [site, backup]
  })
}

async function main(words: string[]): Promise<void> {
  const folders = words.filter((word) => word !== '--replace')
  const [given] = folders
  if (given === undefined || given.startsWith('-') || folders.length > 1) throw new Problem('npm run restore -- FOLDER [--replace]')
  const folder = path.resolve(process.env.INIT_CWD ?? '.', given)
  const manifest = await restore(parseConfig(withKeptSite(process.env)), folder, {
    passphrase: process.env.EMR_BACKUP_PASSPHRASE, replace: words.includes('--replace'), now: new Date(), say: (line) => console.log(line),
  })
  console.log(`  Restored as of ${manifest.made}, every byte compared. npm start continues from there.`)
}

if (import.meta.main) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(explain(error) ?? error)
    process.exitCode = 1
  })
}
