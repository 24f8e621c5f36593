/** `npm run backup -- FOLDER`: every site of this data folder, running or stopped, into a new folder. EMR_BACKUP_PASSPHRASE encrypts it. */
import fs from 'node:fs'
import path from 'node:path'
import { parseConfig, type Config } from '#api/config.ts'
import { ROLE, urlAs } from '#infra/postgres/provision.ts'
import { withKeptSite } from '#infra/setup/kept-site.ts'
import { explain, Problem } from '#infra/setup/problem.ts'
import { step, type Say } from '#infra/setup/progress.ts'
import { sitesOf } from '#infra/setup/sites.ts'
import { openAdministration } from './administration.ts'
import { deriveKey, makeSalt, sealManifest, writeManifest, type Manifest } from './archive.ts'
import { dumpDatabase } from './dump.ts'
import { packSecrets } from './secrets-copy.ts'

/** Throws Problem when the folder is not new or empty. */
export async function backUp(config: Config, folder: string, options: { readonly passphrase: string | undefined; readonly now: Date; readonly say: Say }): Promise<Manifest> {
  const { passphrase, say } = options
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0) throw new Problem(`${folder} is not empty: name a new folder for each backup`)
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  fs.chmodSync(folder, 0o700)
  const salt = makeSalt()
  const key = passphrase === undefined ? undefined : deriveKey(passphrase, salt)
  const settings = sitesOf(config)
  const administration = await openAdministration(config, settings, { stopped: false })
  try {
    const sites: Manifest['sites'] = []
    for (const site of settings) {
      const adminUrl = administration.adminUrl(site)
      sites.push(await step(say, `Database of the ${site.name}`, () =>
        dumpDatabase({ site: site.name, tenant: site.tenant, adminUrl, ownerUrl: urlAs(adminUrl, ROLE.owner, administration.passwords.owner), folder, key })))
    }
    const secrets = await packSecrets(config.secrets, folder, key)
    const manifest = sealManifest({ format: 'quan-y-emr-backup/1', made: options.now.toISOString(), sites, secrets, ...(key ? { encryption: { cipher: 'aes-256-gcm', kdf: 'scrypt', salt, mac: '' } } : {}) }, key)
    writeManifest(folder, manifest)
    return manifest
  } finally {
    await administration.close()
  }
}

async function main([given, ...more]: string[]): Promise<void> {
  if (given === undefined || given.startsWith('-') || more.length > 0) throw new Problem('npm run backup -- FOLDER')
  // npm runs scripts in the package's folder; the person meant the one they stand in
  const folder = path.resolve(process.env.INIT_CWD ?? '.', given)
  const passphrase = process.env.EMR_BACKUP_PASSPHRASE
  const manifest = await backUp(parseConfig(withKeptSite(process.env)), folder, { passphrase, now: new Date(), say: (line) => console.log(line) })
  const rows = manifest.sites.flatMap(({ tables }) => tables).reduce((sum, table) => sum + table.rows, 0)
  console.log(`  ${rows} rows and ${manifest.secrets.length} key files in ${folder}`)
  if (!manifest.encryption) {
    console.warn('  WARNING: this backup is NOT ENCRYPTED. It holds patient records and the signing keys; whoever can read the folder has both.')
    console.warn('  Keep it where only you may read, or set EMR_BACKUP_PASSPHRASE and back up again.')
  }
}

if (import.meta.main) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(explain(error) ?? error)
    process.exitCode = 1
  })
}
