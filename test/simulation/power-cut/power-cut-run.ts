/** The rig: visits are signed while the machine's power is cut, again and again; after each the same folder is started and everything acknowledged is looked for. */
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Department } from '#api/model/site.ts'
import { freeAddress, startDemo, type Demo } from '#test/e2e/support/demo.ts'
import { waitAtCenter } from '../crash/check-center.ts'
import { appUrl, findMissing, postmaster } from '../crash/check-stored.ts'
import { compareSites } from '../crash/compare-sites.ts'
import { findCodes, openClient, registerPatient, signVisit, type SignedVisit } from '../crash/hospital-client.ts'
import { openDisk } from './disk.ts'

export interface PowerCutOptions {
  readonly cycles: number
  /** The build; ours when not given. */
  readonly root?: string
  readonly onCycle?: (line: string) => void
}

export interface PowerCutResult {
  readonly acknowledged: number
  /** What is lost or unequal, by name. A build that does not come up after a cut is one line. */
  readonly wrong: readonly string[]
}

const DOCTORS = 3
const VISITS = 12

/** Stops at the first cycle that lost something. */
export async function powerCutRun({ cycles, root, onCycle }: PowerCutOptions): Promise<PowerCutResult> {
  const disk = await openDisk(1500)
  const build = root === undefined ? {} : { root }
  const acknowledged: SignedVisit[] = []
  let demo: Demo | undefined
  try {
    const address = await freeAddress(`${disk.mount}/data`)
    demo = await startDemo(address, build)
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      const before = acknowledged.length
      const signing = await signMany(demo, acknowledged)
      const some = 1 + Math.floor(Math.random() * (VISITS / 2))
      for (const deadline = Date.now() + 30_000; acknowledged.length < before + some && Date.now() < deadline;) await sleep(20)
      await sleep(Math.random() * 500)
      const everything = family(demo)
      await disk.cut()
      for (const pid of everything) kill(pid)
      await signing.ended
      await disk.reopen()
      try {
        demo = await startDemo(address, build)
      } catch (error) {
        return { acknowledged: acknowledged.length, wrong: [`cycle ${cycle}: it does not start again: ${String(error).slice(-600)}`] }
      }
      const wrong = await look(demo, acknowledged, root === undefined ? 120 : 15)
      onCycle?.(`cycle ${cycle}: ${acknowledged.length} visits acknowledged so far, ${wrong.length} wrong`)
      if (wrong.length > 0) return { acknowledged: acknowledged.length, wrong }
    }
    return { acknowledged: acknowledged.length, wrong: [] }
  } finally {
    await demo?.stop()
    await disk.close()
  }
}

async function look(demo: Demo, visits: readonly SignedVisit[], seconds: number): Promise<string[]> {
  const missing = await findMissing(appUrl(demo.data, 'emr_hospital'), 900, visits)
  return [...missing, ...await waitAtCenter(demo, visits, seconds), ...await compareSites(demo.data, 900, seconds)]
}

/** Registers patients, then signs their visits by several doctors at once until the server is gone; what it acknowledges is added to `acknowledged`. */
async function signMany(demo: Demo, acknowledged: SignedVisit[]): Promise<{ ended: Promise<void> }> {
  const desk = await openClient(demo.hospital, 'tiepdon', demo.password)
  const doctors = await Promise.all(Array.from({ length: DOCTORS }, () => openClient(demo.hospital, 'bacsi', demo.password)))
  const [doctor] = doctors
  const clinic = (await desk.get<Department[]>('/api/departments')).find((department) => department.kind === 'clinic')
  if (!doctor || !clinic) throw new Error('the demo has no doctor or no clinic')
  const codes = await findCodes(doctor)
  const base = Date.now() % 800_000
  const waiting: string[] = []
  for (let i = 0; i < VISITS; i += 1) waiting.push((await registerPatient(desk, clinic, base + i)).encounter)
  const sign = async (one: typeof doctor): Promise<void> => {
    for (let encounter = waiting.shift(); encounter !== undefined; encounter = waiting.shift()) acknowledged.push(await signVisit(one, encounter, codes, demo.pin))
  }
  return { ended: Promise.allSettled(doctors.map(sign)).then(() => undefined) }
}

/** Process ids of the launcher and of all that it started, PostgreSQL's among them. */
function family(demo: Demo): number[] {
  const parents = new Map<number, number>()
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = parentOf(Number(name))
    if (parent !== undefined) parents.set(Number(name), parent)
  }
  const found = [demo.pid ?? 0, postmaster(demo.data).pid]
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid && !found.includes(child)) found.push(child)
  return found.filter((pid) => pid > 1)
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    return undefined // it ended while we looked
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
