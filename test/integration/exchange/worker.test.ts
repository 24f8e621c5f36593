/** The real worker process of a hospital against a real center: it seals within a second, sends, is killed without warning, gone through a restart of the database's connections. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { trustCenter } from '#api/exchange/node-key.ts'
import { effects, inboxStates, storedBytes, TENANT, testCenter, testHospital, type TestCenter, type TestHospital } from './sites.ts'

const WORKER = fileURLToPath(new URL('../../../api/jobs/worker.ts', import.meta.url))

describe('the worker of a hospital', { timeout: 240_000 }, () => {
  let hospital: TestHospital
  let center: TestCenter
  let worker: ChildProcess | undefined

  const startWorker = (): ChildProcess => {
    worker = fork(WORKER, [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, EMR_ROLE: 'hospital', EMR_TENANT: String(TENANT), EMR_APP_DATABASE_URL: hospital.db.appUrl, EMR_CENTER_URL: center.url, EMR_SECRETS: hospital.secrets,
        EMR_LOG: 'error',
      },
    })
    return worker
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const process = worker
    worker = undefined
    if (process === undefined || process.exitCode !== null) return null
    const exit = once(process, 'exit')
    process.kill(signal)
    const [code] = await exit as [number | null]
    return code
  }
  const until = async (what: () => Promise<boolean>, ms = 30_000): Promise<void> => {
    for (const deadline = Date.now() + ms; Date.now() < deadline; await sleep(50)) if (await what()) return
    throw new Error('it did not come about in time')
  }
  const applied = async (): Promise<number> => (await inboxStates(center.database)).applied ?? 0

  beforeEach(async () => {
    hospital = await testHospital()
    center = await testCenter()
    await center.enrol(hospital)
    await center.start()
  })
  afterEach(async () => {
    await end('SIGKILL')
    await hospital.close()
    await center.close()
  })

  it('waits for enrolment, seals journal and audit chain, and sends', async () => {
    await hospital.commit('p1', 'trước khi ghi danh')
    startWorker()
    await until(async () => (await hospital.journal.head()).seq === 1)
    await sleep(300)
    expect(await applied()).toBe(0)
    await trustCenter(hospital.secrets, center.identity)
    await until(async () => await applied() === 1)
    await hospital.commit('p1', 'sau đó')
    const from = Date.now()
    await until(async () => await applied() === 2)
    expect(Date.now() - from).toBeLessThan(20_000)
    await until(async () => (await hospital.database.pool.query('select 1 from audit_pending where tenant = $1', [TENANT])).rowCount === 0)
    expect(await end('SIGTERM')).toBe(0)
  })

  it('seals a journal entry and its audit rows within a second of their commit', async () => {
    startWorker()
    await hospital.commit('p0', 'lần đầu')
    await until(async () => (await hospital.journal.head()).seq === 1)
    const unsealed = `select 1 from audit_pending where tenant = $1 union all select 1 from journal where tenant = $1 and seq is null`
    const waits: number[] = []
    for (let round = 1; round <= 9; round += 1) {
      await hospital.commit('p0', `lần ${round}`)
      const committed = performance.now()
      while ((await hospital.database.pool.query(unsealed, [TENANT])).rowCount !== 0) await sleep(10)
      waits.push(performance.now() - committed)
      // not in step with the sealer's own looks
      await sleep(37 * round)
    }
    // the middle of nine: a machine that holds one process back for a while says nothing of the sealer
    expect(waits.toSorted((one, other) => one - other)[4], waits.map(Math.round).join(' ')).toBeLessThan(1000)
  })

  it('loses and repeats nothing when it is killed again and again and its connections are cut', async () => {
    await trustCenter(hospital.secrets, center.identity)
    startWorker()
    const admin = new pg.Client({ connectionString: hospital.db.adminUrl })
    await admin.connect()
    let done = false
    const writing = (async () => {
      for (let i = 0; i < 120; i += 1) {
        await hospital.commit(`p${i % 4}`, `lần ${i}`)
        await sleep(15)
      }
      done = true
    })()
    for (let round = 0; !done; round += 1) {
      await sleep(500)
      if (round % 2 === 0) {
        await end('SIGKILL')
        startWorker()
      } else {
        await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'emr-hospital-worker'`)
      }
    }
    await writing
    await admin.end()
    await until(async () => await applied() === 120, 60_000)
    expect(await storedBytes(center.database)).toEqual(await storedBytes(hospital.database))
    expect([...(await effects(center.database)).values()].every((n) => n === 1)).toBe(true)
    expect(await end('SIGTERM')).toBe(0)
  })
})
