/** GET /readyz tells the truth about the database: its tables must be of this program's version, and it must answer in time. */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '#api/app.ts'
import { createReadiness, describeSchema } from '#api/store/connection/readiness.ts'
import { MIGRATIONS } from '#migrations/list.ts'
import { testSite, type TestSite } from '#test/support/app.ts'

let site: TestSite
beforeAll(async () => { site = await testSite() })
afterAll(() => site.close())

/** As emr_owner, who keeps the list of what was migrated. */
const change = (text: string): Promise<unknown> => site.databases.asOwner(900, text)
const last = MIGRATIONS.at(-1)?.name ?? ''

describe('readiness', () => {
  it('is given on tables of this version', async () => {
    expect((await site.anonymous.get('/readyz')).json()).toEqual({ status: 'ready', database: true, migrations: true, queue: true })
  })

  it('is refused on tables that a newer version has changed, and on older ones; the log says which', async () => {
    let log = ''
    const stream = new Writable({ write(chunk: Buffer, _encoding, done) { log += chunk.toString(); done() } })
    const app = await buildApp({ ...site.parts, config: { ...site.config, logLevel: 'error' }, logStream: stream })
    const ask = async (): Promise<[number, string]> => {
      const { statusCode, body } = await app.inject({ method: 'GET', url: '/readyz' })
      return [statusCode, body]
    }
    const notReady: [number, string] = [503, JSON.stringify({ status: 'not-ready', database: true, migrations: false, queue: true })]
    await change(`insert into schema_migration (name) values ('9999-tomorrow')`)
    try {
      expect(await ask()).toEqual(notReady)
      expect(log).toContain('9999-tomorrow')
    } finally {
      await change(`delete from schema_migration where name = '9999-tomorrow'`)
    }
    await change(`update schema_migration set name = name || '-not-yet' where name = '${last}'`)
    await change(`delete from schema_migration where name = '${last}-not-yet'`)
    try {
      expect(await ask()).toEqual(notReady)
      expect(log).toContain(`${last} missing`)
      const lines = log.split('\n').length
      await ask()
      expect(log.split('\n').length).toBe(lines)
    } finally {
      await change(`insert into schema_migration (name) values ('${last}')`)
    }
    expect((await ask())[0]).toBe(200)
    await app.close()
  })

  it('names what is missing and what is unknown', () => {
    const all = MIGRATIONS.map(({ name }) => name)
    expect(describeSchema(all)).toBeUndefined()
    expect(describeSchema(all.slice(0, -1))).toContain(last)
    expect(describeSchema([...all, 'x'])).toContain('newer')
  })

  it('is answered within two seconds when the database takes connections and says nothing, with one connection however many ask', async () => {
    const open: Socket[] = []
    const silent = createServer((socket) => open.push(socket))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const pool = new pg.Pool({ host: '127.0.0.1', port: (silent.address() as AddressInfo).port, user: 'emr_app', max: 8, connectionTimeoutMillis: 5000 })
    const readiness = createReadiness({ pool })
    const began = performance.now()
    const answers = await Promise.all(Array.from({ length: 20 }, readiness))
    expect(performance.now() - began).toBeLessThan(2000)
    expect(answers.map(({ database, migrations }) => database || migrations)).not.toContain(true)
    expect(open.length).toBe(1)
    for (const socket of open) socket.destroy()
    await pool.end()
    silent.close()
  })
})
