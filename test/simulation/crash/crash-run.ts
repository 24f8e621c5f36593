/** The rig: visits are signed by several doctors' browsers at once while the application, or PostgreSQL, is killed without warning again and again. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Department } from '#api/model/site.ts'
import { demoControl, type DemoAddress } from '#test/e2e/support/demo.ts'
import { postmaster } from './check-stored.ts'
import { findCodes, openClient, registerPatient, signVisit, type HospitalClient, type SignedVisit } from './hospital-client.ts'

/** ms that one visit may take: each kill costs the launcher's pause (8 s at most) and the time to start. */
const PATIENCE = 300_000

export type Victim = 'application' | 'postgresql'

export interface CrashOptions {
  readonly victim: Victim
  readonly visits: number
  readonly kills: number
  /** Longest time from the last of its share of signatures to a kill, in milliseconds. */
  readonly pause?: number
}

export interface CrashResult {
  /** The client has the 2xx. */
  readonly acknowledged: readonly SignedVisit[]
  readonly kills: number
  /** Attempts that broke off; each was tried again. */
  readonly broken: number
}

async function eventually<T>(what: string, work: () => Promise<T>, seconds = 60): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ;) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
      await sleep(200)
    }
  }
}

/** Process ids of the hospital's server and worker, from the launcher itself. */
async function applicationPids(demo: DemoAddress): Promise<number[]> {
  const line = (await demoControl(demo, 'status')).split('\n').find((l) => l.includes('hospital:')) ?? ''
  return [...line.matchAll(/(?:server|worker) (\d+)/g)].map((m) => Number(m[1]))
}

async function killOnce(demo: DemoAddress, victim: Victim): Promise<void> {
  const pids = victim === 'postgresql' ? [postmaster(demo.data).pid] : await applicationPids(demo)
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error // it was just being restarted
    }
  }
}

/** One visit until it is acknowledged, or until the server says that an attempt whose answer was lost had gone through. */
async function signUntilDone(doctor: HospitalClient, encounter: string, codes: Awaited<ReturnType<typeof findCodes>>, pin: string, onBroken: () => void): Promise<SignedVisit | undefined> {
  let last: unknown
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    try {
      return await signVisit(doctor, encounter, codes, pin)
    } catch (error) {
      last = error
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (['visit-closed', 'immutable-record', 'version-conflict', 'already-exists'].includes(code)) return undefined
      onBroken()
      await sleep(150)
    }
  }
  throw new Error(`${encounter} could not be signed in ${PATIENCE / 1000} s: ${String(last)}`, { cause: last })
}

export async function crashRun(demo: DemoAddress, options: CrashOptions): Promise<CrashResult> {
  const { victim, visits, kills, pause = 1500 } = options
  const desk = await openClient(demo.hospital, 'tiepdon', demo.password)
  const doctors = await Promise.all([0, 1, 2, 3].map(() => openClient(demo.hospital, 'bacsi', demo.password)))
  const [doctor] = doctors
  if (!doctor) throw new Error('no doctor')
  const codes = await findCodes(doctor)
  const departments = await desk.get<Department[]>('/api/departments')
  const clinic = departments.find((d) => d.kind === 'clinic')
  if (!clinic) throw new Error('the demo has no clinic')
  const base = Date.now() % 800_000
  const waiting: string[] = []
  for (let i = 0; i < visits; i += 1) waiting.push((await registerPatient(desk, clinic, base + i)).encounter)

  const acknowledged: SignedVisit[] = []
  let broken = 0
  let running = true
  let killed = 0
  let settled = 0
  const killer = (async () => {
    while (killed < kills) {
      // spread over the visits, each at a random moment of the signatures that are under way
      const share = Math.floor(visits * (killed + 1) / (kills + 1))
      while (running && settled < share) await sleep(20)
      await sleep(Math.random() * pause)
      if (!running) break
      await killOnce(demo, victim)
      killed += 1
      await eventually('ready again', async () => {
        const answer = await fetch(`${demo.hospital}/readyz`)
        if (answer.status !== 200) throw new Error(String(answer.status))
      })
    }
  })()
  await Promise.all(doctors.map(async (one) => {
    for (let encounter = waiting.shift(); encounter !== undefined; encounter = waiting.shift()) {
      const done = await signUntilDone(one, encounter, codes, demo.pin, () => { broken += 1 })
      if (done) acknowledged.push(done)
      settled += 1
    }
  }))
  running = false
  await killer
  return { acknowledged, kills: killed, broken }
}
