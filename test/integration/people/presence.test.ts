/** Who has a visit open, told to those who may open it and to nobody else, over real websockets. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createPresenceSockets } from '#api/http/presence-sockets.ts'
import { attachUpgrades } from '#api/http/upgrades.ts'
import { outcome } from '#api/model/outcome.ts'
import type { Caller } from '#api/model/ports.ts'
import type { Presence, PresenceNews, SheetState } from '#api/model/presence.ts'
import { TEST_PASSWORD } from '#test/support/app.ts'
import { createGate } from '#api/fhir/gate.ts'
import { CLINIC, testClinic, type Clinic } from '#test/support/clinic.ts'
import { testBrowser } from './browser.ts'

let clinic: Clinic
let encounter = ''
let address = ''
const opened: WebSocket[] = []

beforeAll(async () => {
  clinic = await testClinic()
  encounter = await clinic.arrive()
  address = (await clinic.site.listen()).replace(/^http/, 'ws')
})
afterAll(() => clinic.close())
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate()
  await expect.poll(() => clinic.site.parts.presence?.count()).toBe(0)
})

const cookieOf = async (login: string): Promise<string> => {
  const browser = testBrowser(clinic.site)
  await browser.signIn(login, TEST_PASSWORD)
  return [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}
interface Sheet { readonly socket: WebSocket; others(): readonly Presence[] | undefined; say(state: SheetState): void }
const open = async (headers: Record<string, string>, id = encounter): Promise<Sheet> => {
  const socket = new WebSocket(`${address}/api/visits/${id}/presence`, { headers })
  opened.push(socket)
  let news: PresenceNews | undefined
  socket.on('message', (data) => { news = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '') as PresenceNews })
  await once(socket, 'open')
  return { socket, others: () => news?.others, say: (state) => socket.send(JSON.stringify(state)) }
}
const openAs = async (login: string, id?: string): Promise<Sheet> => open({ cookie: await cookieOf(login) }, id)
const refusal = (headers: Record<string, string>, id?: string): Promise<string> => open(headers, id).then(() => 'open', String)

describe('an open visit sheet', () => {
  it('tells the others by name where its person writes, and is gone as soon as its connection is', async () => {
    const [doctor, nurse] = [await openAs('bacsi'), await openAs('dieuduong')]
    await expect.poll(() => doctor.others()).toEqual([{ name: 'Phạm Thị Mẫu', own: false, section: null, writing: false }])
    nurse.say({ section: 'vitals', writing: true })
    await expect.poll(() => doctor.others()).toEqual([{ name: 'Phạm Thị Mẫu', own: false, section: 'vitals', writing: true }])
    expect(nurse.others()).toEqual([{ name: 'Trần Văn Mẫu', own: false, section: null, writing: false }])
    // as when a tab dies: no goodbye
    nurse.socket.terminate()
    await expect.poll(() => doctor.others()).toEqual([])
  })
  it('shows somebody with several windows once, and to themselves as themselves', async () => {
    const [one, two, nurse] = [await openAs('bacsi'), await openAs('bacsi'), await openAs('dieuduong')]
    two.say({ section: 'orders', writing: true })
    await expect.poll(() => nurse.others()).toEqual([{ name: 'Trần Văn Mẫu', own: false, section: 'orders', writing: true }])
    await expect.poll(() => one.others()).toEqual([{ name: 'Phạm Thị Mẫu', own: false, section: null, writing: false }, { name: 'Trần Văn Mẫu', own: true, section: 'orders', writing: true }])
  })
  it('knows nothing of another visit', async () => {
    const other = await clinic.arrive()
    const [doctor] = [await openAs('bacsi'), await openAs('dieuduong', other)]
    await expect.poll(() => doctor.others()).toEqual([])
  })
  it('is for those who may open the visit: nobody signed out, of reception, of another department or of another page, and no visit that is not there', async () => {
    expect(await refusal({})).toContain('401')
    expect(await refusal({ cookie: await cookieOf('tiepdon') })).toContain('403')
    expect(await refusal({ cookie: await cookieOf('bacsi2') })).toContain('403')
    expect(await refusal({ cookie: await cookieOf('bacsi'), origin: 'https://khac.example' })).toContain('403')
    expect(await refusal({ cookie: await cookieOf('bacsi') }, 'khong-co')).toContain('404')
  })
  it('is closed when it says what no sheet says', async () => {
    const doctor = await openAs('bacsi')
    doctor.socket.send(JSON.stringify({ section: 'orders', writing: true, text: 'Amoxicillin' }))
    expect((await once(doctor.socket, 'close'))[0]).toBe(1008)
  })
})

describe('a connection that nobody ends', () => {
  it('is let go when its cable is cut, and when its session is over', async () => {
    const { store, audit, care } = clinic.site.parts
    const person: Caller = { ...clinic.site.internal, actor: { kind: 'person', tenant: 900, account: clinic.doctor.account, login: 'bacsi', name: 'Trần Văn Mẫu', practitioner: null, grants: [{ role: 'doctor', department: CLINIC }] } }
    let over = false
    // a hub of its own, on which a minute is short
    const presence = createPresenceSockets({
      store, audit, gate: createGate({ audit, care }), publicUrl: 'http://127.0.0.1', aliveEvery: 100, askEvery: 300,
      authenticate: async () => { if (over) throw outcome('session-expired'); return person },
    })
    const server = createServer()
    attachUpgrades(server, [presence])
    presence.start()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/visits/${encounter}/presence`
    const [silent, alive] = [new WebSocket(url, { autoPong: false }), new WebSocket(url)]
    await Promise.all([once(silent, 'open'), once(alive, 'open')])
    await expect.poll(() => presence.count()).toBe(1)
    expect(alive.readyState).toBe(alive.OPEN)
    over = true
    expect((await once(alive, 'close'))[0]).toBe(1008)
    await presence.close()
    server.closeAllConnections()
    await new Promise((resolve) => { server.close(resolve) })
  })
})
