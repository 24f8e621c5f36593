/** Keeps answers of the server for the day on which it is out of reach, answers from them then, and tells the server afterwards what was read. */
import { post } from '#web/fhir/client.ts'
import { copiedAt } from '#web/fhir/copied.ts'
import { dayOf, today } from '#web/ui/format.ts'
import { useDevice, type Device } from './device.ts'
import { keptAddress } from './kept-addresses.ts'

/** Patients whose record was opened last, and what belongs to no patient. */
const MOST_PATIENTS = 30
const QUEUES = 'queues'
/** The same copy on the screen is one reading for so long. */
const ONE_READING_MS = 10 * 60_000
const MOST_REPORTED = 200

/** Of the page that asks. */
const patientOnScreen = (): string => /^\/nguoi-benh\/([^/]+)\//.exec(location.pathname)?.[1] ?? QUEUES

async function letGoOfOthers({ copies }: Device, queues: string): Promise<void> {
  const rows = await copies.names()
  const newest = new Map<string, number>()
  for (const { group, at } of rows) if (group !== queues) newest.set(group, Math.max(at, newest.get(group) ?? 0))
  const kept = new Set([...newest].sort(([, one], [, two]) => two - one).slice(0, MOST_PATIENTS).map(([group]) => group))
  await copies.drop(...rows.filter(({ group }) => group !== queues && !kept.has(group)).map(({ name }) => name))
}

export async function keepCopy(url: string, answer: Response): Promise<void> {
  copiedAt.delete(url)
  const about = patientOnScreen()
  const device = await useDevice().open()
  if (!device) return
  const [text, name, group, queues] = await Promise.all([answer.text(), device.nameOf(url), device.nameOf(about), device.nameOf(QUEUES)])
  const isNew = await device.copies.get(name) === undefined
  await device.copies.put(name, { url, text }, group)
  if (isNew) await letGoOfOthers(device, queues)
}

/** The server says no, or that it is gone: so does this PC from now on. */
export async function dropCopy(url: string): Promise<void> {
  const device = await useDevice().open()
  await device?.copies.drop(await device.nameOf(url))
}

/** The answer of then; that it was read is noted first. */
export async function findCopy(url: string): Promise<Response | undefined> {
  const address = keptAddress(url)
  const device = await useDevice().open()
  const row = address && await device?.copies.get(await device.nameOf(url))
  if (!row || !device) return undefined
  // yesterday's queue is nobody's queue
  if (address.what === 'queue' && dayOf(new Date(row.at)) !== today()) return undefined
  const now = Date.now()
  const reading = await device.nameOf(`${url} ${row.at} ${Math.floor(now / ONE_READING_MS)}`)
  if (!await device.readings.get(reading)) await device.readings.put(reading, { ...address, at: new Date(now).toISOString(), copyAt: new Date(row.at).toISOString() })
  copiedAt.set(url, row.at)
  return new Response(row.value.text, { headers: { 'content-type': 'application/json; charset=utf-8' } })
}

/** Once the server is back: what it has on record is let go here. */
export async function reportReadings(): Promise<void> {
  const device = await useDevice().open()
  if (!device) return
  const rows = (await device.readings.all()).slice(0, MOST_REPORTED)
  if (rows.length === 0) return
  await post('/api/offline-readings', { readings: rows.map(({ value }) => value) }, { relogin: false, background: true })
  await device.readings.drop(...rows.map(({ name }) => name))
}
