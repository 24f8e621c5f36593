/** The files of a backup: gzip, encrypted with AES-256-GCM when a passphrase is given, each with its sha-256 in the manifest, which is written last. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, scryptSync, type DecipherGCM } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Transform, type Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { Problem } from '#infra/setup/problem.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const fileShape = z.object({ file: z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/).refine((name) => !name.split('/').includes('..')), sha256: digest, contentSha256: digest })
const siteShape = z.object({
  site: z.enum(['hospital', 'center']),
  tenant: z.int().min(0),
  postgres: z.string(),
  migrations: z.array(z.string()),
  tables: z.array(fileShape.extend({ table: z.string(), columns: z.array(z.string()), rows: z.int().min(0) })),
  sequences: z.array(z.object({ name: z.string(), last: z.string(), called: z.boolean() })),
})
const manifestShape = z.object({
  format: z.literal('quan-y-emr-backup/1'),
  made: z.iso.datetime(),
  sites: z.array(siteShape).min(1),
  secrets: z.array(fileShape),
  encryption: z.object({ cipher: z.literal('aes-256-gcm'), kdf: z.literal('scrypt'), salt: z.string(), mac: z.string() }).optional(),
})
export type Manifest = z.infer<typeof manifestShape>
export type SiteBackup = z.infer<typeof siteShape>
export type PackedFile = z.infer<typeof fileShape>

/** Key of the files; undefined: not encrypted. */
export type Key = Buffer | undefined
export const makeSalt = (): string => randomBytes(16).toString('base64')
export const deriveKey = (passphrase: string, salt: string): Buffer => scryptSync(passphrase, Buffer.from(salt, 'base64'), 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 })

const NONCE = 12
const TAG = 16

/** Writes `source` as a file of the backup (mode 600, on disk when this resolves). */
export async function pack(folder: string, file: string, source: Readable, key: Key): Promise<PackedFile> {
  const target = path.join(folder, file)
  fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 })
  const content = createHash('sha256')
  const whole = createHash('sha256')
  const output = fs.createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true })
  await pipeline([source, watch((part) => content.update(part)), createGzip({ level: 4 }), ...(key ? [encrypt(key)] : []), watch((part) => whole.update(part)), output])
  return { file, sha256: whole.digest('hex'), contentSha256: content.digest('hex') }
}

/** Reads a file back into `target`. Fails when a single bit differs from what was packed. */
export async function unpack(folder: string, packed: PackedFile, key: Key, target: Writable): Promise<void> {
  const content = createHash('sha256')
  await pipeline([fs.createReadStream(path.join(folder, packed.file)), ...(key ? [decrypt(key)] : []), createGunzip(), watch((part) => content.update(part)), target])
  if (content.digest('hex') !== packed.contentSha256) throw new Problem(`The backup is damaged: ${packed.file}`)
}

/** Binds the manifest to the passphrase: a wrong one is noticed before anything is read, a changed manifest too. */
export function sealManifest(manifest: Manifest, key: Key): Manifest {
  if (!key || !manifest.encryption) return manifest
  const bare = manifestShape.parse({ ...manifest, encryption: { ...manifest.encryption, mac: '' } })
  return { ...bare, encryption: { ...manifest.encryption, mac: createHmac('sha256', key).update(JSON.stringify(bare)).digest('hex') } }
}

/** Throws Problem unless the key sealed exactly this manifest. */
export function requireSeal(manifest: Manifest, key: Key): void {
  if (sealManifest(manifest, key).encryption?.mac !== manifest.encryption?.mac) throw new Problem('The passphrase is wrong, or the manifest was changed')
}

/** All files of the manifest are there, unchanged. Throws Problem with the names of those that are not. */
export async function verifyFiles(folder: string, manifest: Manifest): Promise<void> {
  const broken: string[] = []
  for (const { file, sha256 } of [...manifest.sites.flatMap((site) => site.tables), ...manifest.secrets]) {
    const hash = createHash('sha256')
    const found = await pipeline(fs.createReadStream(path.join(folder, file)), hash).then(() => hash.digest('hex'), () => 'missing')
    if (found !== sha256) broken.push(`${file} (${found === 'missing' ? 'missing' : 'changed'})`)
  }
  if (broken.length > 0) throw new Problem(`The backup is damaged, nothing was restored: ${broken.join(', ')}`)
}

/** The manifest goes last, in one step: a backup without it was not finished. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const draft = path.join(folder, 'manifest.draft')
  fs.writeFileSync(draft, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true })
  fs.renameSync(draft, path.join(folder, 'manifest.json'))
}

export function readManifest(folder: string): Manifest {
  const file = path.join(folder, 'manifest.json')
  if (!fs.existsSync(file)) throw new Problem(`There is no finished backup in ${folder} (no manifest.json)`)
  const parsed = manifestShape.safeParse(JSON.parse(fs.readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Problem(`${file} is not a manifest of this program: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`)
  return parsed.data
}

const watch = (see: (part: Buffer) => void): Transform => new Transform({
  transform(part: Buffer, _encoding, next) {
    see(part)
    next(null, part)
  },
})

/** nonce | ciphertext | tag */
function encrypt(key: Buffer): Transform {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  let started = false
  return new Transform({
    transform(part: Buffer, _encoding, next) {
      if (!started) this.push(nonce)
      started = true
      next(null, cipher.update(part))
    },
    flush(next) {
      if (!started) this.push(nonce)
      this.push(cipher.final())
      next(null, cipher.getAuthTag())
    },
  })
}

function decrypt(key: Buffer): Transform {
  let held = Buffer.alloc(0)
  let decipher: DecipherGCM | undefined
  return new Transform({
    transform(part: Buffer, _encoding, next) {
      held = Buffer.concat([held, part])
      if (!decipher && held.length >= NONCE) {
        decipher = createDecipheriv('aes-256-gcm', key, held.subarray(0, NONCE))
        held = held.subarray(NONCE)
      }
      if (decipher && held.length > TAG) {
        const ready = held.subarray(0, held.length - TAG)
        held = held.subarray(held.length - TAG)
        this.push(decipher.update(ready))
      }
      next()
    },
    flush(next) {
      try {
        if (!decipher || held.length !== TAG) throw new Error('too short')
        decipher.setAuthTag(held)
        next(null, decipher.final())
      } catch {
        next(new Problem('The backup was changed'))
      }
    },
  })
}
