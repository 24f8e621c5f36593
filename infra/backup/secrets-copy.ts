/** The keys that stored signatures and the exchange depend on, as part of a backup. Passwords of a PostgreSQL cluster are not: a restored one makes its own. */
import fs from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pack, unpack, type Key, type Manifest, type PackedFile } from './archive.ts'

const FOLDER = 'secrets'
const ofCluster = (file: string): boolean => path.basename(file).startsWith('postgres-')

/** Packs every file of the secrets folder. */
export async function packSecrets(secrets: string, folder: string, key: Key): Promise<PackedFile[]> {
  const packed: PackedFile[] = []
  for (const entry of fs.readdirSync(secrets, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || ofCluster(entry.name)) continue
    const file = path.join(entry.parentPath, entry.name)
    packed.push(await pack(folder, `${FOLDER}/${path.relative(secrets, file)}.gz${key ? '.enc' : ''}`, Readable.from([fs.readFileSync(file)]), key))
  }
  return packed
}

/** Puts them back. What stands there and differs is kept beside, under a name with the time. */
export async function unpackSecrets(manifest: Manifest, folder: string, key: Key, secrets: string, now: Date): Promise<void> {
  const suffix = `.replaced-${now.toISOString().replace(/[:.]/g, '-')}`
  for (const packed of manifest.secrets) {
    const name = path.relative(FOLDER, packed.file).replace(/\.gz(\.enc)?$/, '')
    const target = path.join(secrets, name)
    fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 })
    const draft = `${target}.restoring`
    fs.rmSync(draft, { force: true })
    await unpack(folder, packed, key, fs.createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }))
    if (fs.existsSync(target) && !fs.readFileSync(target).equals(fs.readFileSync(draft))) fs.renameSync(target, `${target}${suffix}`)
    fs.renameSync(draft, target)
  }
}
