/** A backup and what comes back from it: every byte of every table and key, of both sites; and what is refused. */
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig, type Config } from '#api/config.ts'
import { migrate } from '#api/store/connection/migrate.ts'
import { presentLetters } from '#api/search/present.ts'
import { openAdministration } from '#infra/backup/administration.ts'
import { backUp } from '#infra/backup/backup.ts'
import { STABLE, tablesOf } from '#infra/backup/catalog.ts'
import { copyOut } from '#infra/backup/copy-stream.ts'
import { restore } from '#infra/backup/restore.ts'
import { createDatabase, ROLE, urlAs } from '#infra/postgres/provision.ts'
import { prepareDataFolder } from '#infra/setup/machine.ts'
import { sitesOf } from '#infra/setup/sites.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-backup-'))
fs.chmodSync(folder, 0o711)
const configOf = (name: string, more: Record<string, string> = {}): Config => parseConfig({ EMR_DATA: path.join(folder, name), ...more })
const options = { passphrase: undefined, now: new Date('2026-11-22T00:00:00Z'), say: () => undefined }
const source = configOf('source')

/** Digest of each table of each site, read by the administrator. */
async function digests(config: Config): Promise<Record<string, string>> {
  const sites = sitesOf(config)
  const administration = await openAdministration(config, sites, { stopped: false })
  const found: Record<string, string> = {}
  for (const site of sites) {
    const client = new pg.Client({ connectionString: administration.adminUrl(site) })
    await client.connect()
    await client.query(STABLE)
    for (const table of await tablesOf(client)) {
      const hash = createHash('sha256')
      await pipeline(copyOut(client, table.select()), hash)
      found[`${site.name}.${table.name}`] = hash.digest('hex')
    }
    await client.end()
  }
  await administration.close()
  return found
}

const EMPTY = createHash('sha256').digest('hex')
// what breaks careless copies: row and column ends, escapes, the end mark of COPY, both normal forms, a decimal's zero, no characters, nearly 4 bytes each
const NASTY = ['1.10', 'a\tb\nc\r\nd\\e', '\\.', '\\N', 'Nguyễn Thị Ưởng'.normalize('NFD'), '', '𝄞☤', '"\',;$1%s', ' x '.repeat(40_000)]

beforeAll(async () => {
  prepareDataFolder(source.data, source.secrets)
  const sites = sitesOf(source)
  const administration = await openAdministration(source, sites, { stopped: true })
  for (const site of sites) {
    await createDatabase(administration.adminUrl(site, 'postgres'), site.databaseName)
    await migrate(urlAs(administration.adminUrl(site), ROLE.owner, administration.passwords.owner))
    const client = new pg.Client({ connectionString: administration.adminUrl(site) })
    await client.connect()
    for (const tenant of site.tenant === 0 ? [0, 900, 901] : [900]) {
      for (const [i, text] of NASTY.entries()) {
        await client.query(`insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
          values ($1, 1, $2, $3, 1, '2026-11-22T07:00:00.123+07', 'C', false, $4, '-infinity', $5, $6, 1, 'test', $7)`,
        [tenant, i, `r${i}`, i % 2 ? null : `p${i}`, presentLetters([i, 2]), (2n ** 62n + BigInt(i)).toString(), text])
        await client.query('insert into pst_num (tenant, unit, h, rid, lo, hi) values ($1, $2, $3, $3, $4, $5)', [tenant, i % 3, i, 0.1 + i / 3, i % 2 ? null : 0.2 + i / 3])
        // rows without a key: twice the same is twice
        if (i === 0) await client.query('insert into pst_num (tenant, unit, h, rid, lo, hi) values ($1, 0, 0, 0, 0.1, 0.2), ($1, 0, 0, 0, 0.1, 0.2)', [tenant])
        await client.query('insert into pst_str (tenant, h, rid, norm) values ($1, $2, $2, $3)', [tenant, i, text.slice(0, 200)])
      }
      // much more than fits any buffer on the way, in rows of every size
      await client.query(`insert into draft select $1, gen_random_uuid(), n::text, 1, repeat(md5(n::text), (n * 7919) % 300), 'máy', now() from generate_series(1, 2000) n`, [tenant])
      await client.query('insert into cond_key values ($1, $2, 1, $3)', [tenant, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), 'x'])
      await client.query('insert into access_token values ($1, $2, $3, $4, now(), now())', [tenant, randomBytes(32), 'client', ['a b', 'c"d', '{e,f}', '']])
      await client.query(`insert into counter values ($1, 'queue/khám bệnh', 9007199254740993)`, [tenant])
    }
    await client.query(`select setval('store_node', 17)`)
    await client.end()
    fs.mkdirSync(site.secrets, { recursive: true, mode: 0o700 })
    fs.writeFileSync(path.join(site.secrets, 'authority.pem'), `key of the ${site.name}`, { mode: 0o600 })
  }
  await administration.close()
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

test('every byte of every table and key comes back in an empty place', async () => {
  const target = configOf('target')
  const manifest = await backUp(source, path.join(folder, 'plain'), options)
  expect(manifest.sites.map(({ site, tables }) => [site, tables.find(({ table }) => table === 'resource')?.rows])).toEqual([['hospital', NASTY.length], ['center', NASTY.length * 3]])
  await restore(target, path.join(folder, 'plain'), { ...options, replace: false })
  const wanted = await digests(source)
  expect(Object.values(wanted).filter((digest) => digest !== EMPTY).length).toBe(14)
  expect(await digests(target)).toEqual(wanted)
  expect(fs.readFileSync(path.join(target.secrets, 'hospital/authority.pem'), 'utf8')).toBe('key of the hospital')
  expect(fs.statSync(path.join(target.secrets, 'hospital/authority.pem')).mode & 0o777).toBe(0o600)
})

test('what is written is what PostgreSQL sends, read by another way', async () => {
  const sites = sitesOf(source)
  const administration = await openAdministration(source, sites, { stopped: true })
  for (const site of sites) {
    const client = new pg.Client({ connectionString: administration.adminUrl(site) })
    await client.connect()
    const { rows } = await client.query<{ line: string }>(`select concat_ws(E'\\t', tenant, account, key, version, body, device, to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')) as line from draft order by tenant, account, key collate "C"`)
    await client.end()
    const file = gunzipSync(fs.readFileSync(path.join(folder, 'plain', site.name, 'draft.copy.gz'))).toString().split('\n').slice(0, -1)
    expect(file.length).toBe(rows.length)
    // times lose their zone and trailing zeros on the way through to_char
    const plain = (line: string): string => line.replace(/\+00$/, '').replace(/(\.\d*?)0*$/, '$1')
    expect(file.map(plain)).toEqual(rows.map(({ line }) => plain(line)))
  }
  await administration.close()
})

test('row security is back after a restore, and sequences go on', async () => {
  const target = configOf('target')
  const sites = sitesOf(target)
  const administration = await openAdministration(target, sites, { stopped: true })
  for (const site of sites) {
    const client = new pg.Client({ connectionString: urlAs(administration.adminUrl(site), ROLE.app, administration.passwords.app), options: '-c app.tenant=900' })
    await client.connect()
    expect((await client.query('select distinct tenant from resource')).rows).toEqual([{ tenant: 900 }])
    expect((await client.query('select nextval($1)::int as next', ['store_node'])).rows).toEqual([{ next: 18 }])
    expect((await client.query(`select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'schema_migration' and not (relrowsecurity and relforcerowsecurity)`)).rows).toEqual([])
    await client.end()
  }
  await administration.close()
})

test('a full database is not overwritten without --replace, and a restored key keeps the one it replaces', async () => {
  const target = configOf('target')
  await expect(restore(target, path.join(folder, 'plain'), { ...options, replace: false })).rejects.toThrow('holds data')
  fs.writeFileSync(path.join(target.secrets, 'center/authority.pem'), 'another key')
  await restore(target, path.join(folder, 'plain'), { ...options, replace: true })
  expect(await digests(target)).toEqual(await digests(source))
  expect(fs.readFileSync(path.join(target.secrets, 'center/authority.pem'), 'utf8')).toBe('key of the center')
  expect(fs.readFileSync(path.join(target.secrets, 'center/authority.pem.replaced-2026-11-22T00-00-00-000Z'), 'utf8')).toBe('another key')
})

test('a passphrase encrypts everything but the manifest, and a wrong one opens nothing', async () => {
  const where = path.join(folder, 'sealed')
  await backUp(source, where, { ...options, passphrase: 'một cụm từ dài' })
  expect(fs.statSync(where).mode & 0o777).toBe(0o700)
  for (const entry of fs.readdirSync(where, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) expect([entry.name, fs.statSync(path.join(entry.parentPath, entry.name)).mode & 0o777]).toEqual([entry.name, 0o600])
  const target = configOf('sealed-target')
  await expect(restore(target, where, { ...options, replace: false })).rejects.toThrow('EMR_BACKUP_PASSPHRASE')
  await expect(restore(target, where, { ...options, passphrase: 'wrong', replace: false })).rejects.toThrow('passphrase is wrong')
  await restore(target, where, { ...options, passphrase: 'một cụm từ dài', replace: false })
  expect(await digests(target)).toEqual(await digests(source))
})

test('one changed byte, a missing file or an unfinished backup is refused before anything is touched', async () => {
  const where = path.join(folder, 'damaged')
  fs.cpSync(path.join(folder, 'plain'), where, { recursive: true })
  const file = path.join(where, 'hospital/resource.copy.gz')
  const bytes = fs.readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
  fs.writeFileSync(file, bytes)
  fs.rmSync(path.join(where, 'center/posting.copy.gz'))
  const target = configOf('damaged-target')
  await expect(restore(target, where, { ...options, replace: false })).rejects.toThrow(/nothing was restored: hospital\/resource.copy.gz \(changed\), center\/posting.copy.gz \(missing\)/)
  expect(fs.existsSync(path.join(target.data, 'postgres'))).toBe(false)
  fs.rmSync(path.join(where, 'manifest.json'))
  await expect(restore(target, where, { ...options, replace: false })).rejects.toThrow('no finished backup')
})

test('a backup of another hospital is refused', async () => {
  await expect(restore(configOf('other', { EMR_TENANT: '901' }), path.join(folder, 'plain'), { ...options, replace: false })).rejects.toThrow('EMR_TENANT=900')
})

test('an administrator whom row security holds back still gets every row of every known hospital', async () => {
  const sites = sitesOf(source)
  const administration = await openAdministration(source, sites, { stopped: true })
  const center = sites.find(({ name }) => name === 'center')
  if (!center) throw new Error('no center')
  const client = new pg.Client({ connectionString: administration.adminUrl(center) })
  await client.connect()
  for (const hospital of [900, 901]) await client.query(`insert into node values (0, $1, $2, 'x', '{}', 'x', now()) on conflict do nothing`, [`h${hospital}`, hospital])
  await client.query(`drop role if exists hosted_admin`)
  await client.query(`create role hosted_admin login createrole createdb password 'hosted'`)
  await client.query(`grant emr_owner, emr_app, emr_center_views to hosted_admin with admin option`)
  await client.end()
  const hosted = new URL(administration.adminUrl(center))
  hosted.username = 'hosted_admin'
  hosted.password = 'hosted'
  const own = configOf('hosted', { EMR_ROLE: 'center', EMR_DEMO: '1', DATABASE_URL: hosted.href })
  fs.cpSync(source.secrets, own.secrets, { recursive: true })
  const manifest = await backUp(own, path.join(folder, 'hosted-backup'), options)
  await administration.close()
  const wanted = await digests(source)
  expect(Object.fromEntries(manifest.sites.flatMap(({ site, tables }) => tables.map((table) => [`${site}.${table.table}`, table.contentSha256]))))
    .toEqual(Object.fromEntries(Object.entries(wanted).filter(([name]) => name.startsWith('center.'))))
})
