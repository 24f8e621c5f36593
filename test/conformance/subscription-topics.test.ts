/** Topics as the backport carries them to R4, with a real receiver and real websockets: https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createHospitalExchange } from '#api/compose-exchange.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'
import { forgetAll, openBackground, openReceiver, type BackgroundWork, type Receiver } from '#test/support/receiver.ts'

const BASE = '/fhir/R4'
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition'
const TOPIC = 'https://quany.example/fhir/SubscriptionTopic/resource'
let site: TestSite
let client: TestCaller
let bearer: Record<string, string>
let address: string
let receiver: Receiver
let background: BackgroundWork
const sockets: WebSocket[] = []

beforeAll(async () => {
  receiver = await openReceiver()
  site = await testSite({ environment: { EMR_SUBSCRIPTION_ENDPOINTS: receiver.origin } })
  background = await openBackground(site, 100_000)
  bearer = await site.bearer()
  client = { ...site.anonymous, ...callsWith(bearer) }
  address = await site.listen()
})
afterAll(async () => {
  await background.close()
  await site.close()
  await receiver.close()
})
beforeEach(async () => {
  await forgetAll(client, background, receiver)
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate()
})

const callsWith = (headers: Record<string, string>): Pick<TestCaller, 'get' | 'post' | 'put' | 'delete'> => ({
  get: (url, more) => site.anonymous.get(url, { ...headers, ...more }), post: (url, body, more) => site.anonymous.post(url, body, { ...headers, ...more }),
  put: (url, body, more) => site.anonymous.put(url, body, { ...headers, ...more }), delete: (url, more) => site.anonymous.delete(url, { ...headers, ...more }),
})

interface Part { name: string; valueString?: string; valueCode?: string; valueCanonical?: string; valueReference?: { reference: string }; part?: Part[] }
interface Bundle { type: string; meta: { profile: string[] }; entry: { fullUrl: string; resource?: { resourceType: string; id: string; meta: { profile: string[] }; parameter: Part[] }; request: { method: string; url: string }; response?: { status: string } }[] }

const topic = ({ kind = 'changed', filters = ['Basic?code=urn:x|told'], content = 'id-only', channel = {}, extension = [] }: { kind?: string; filters?: string[]; content?: string; channel?: object; extension?: object[] } = {}): object => ({
  resourceType: 'Subscription', meta: { profile: [`${BACKPORT}/backport-subscription`] }, status: 'requested', reason: 'Thử nghiệm', criteria: `${TOPIC}-${kind}`,
  _criteria: { extension: filters.map((valueString) => ({ url: `${BACKPORT}/backport-filter-criteria`, valueString })) },
  channel: { ...(extension.length > 0 && { extension }), type: 'rest-hook', endpoint: `${receiver.origin}/topic`, payload: 'application/fhir+json', _payload: { extension: [{ url: `${BACKPORT}/backport-payload-content`, valueCode: content }] }, ...channel },
})
const socketTopic = (content = 'id-only'): object => topic({ content, channel: { type: 'websocket', endpoint: undefined } })
const socketCriteria = { resourceType: 'Subscription', status: 'requested', reason: 'x', criteria: 'Basic?code=urn:x|told', channel: { type: 'websocket' } }
const basic = (more: object = {}): object => ({ resourceType: 'Basic', code: { coding: [{ system: 'urn:x', code: 'told' }] }, ...more })
const idOf = ({ headers }: TestAnswer): string => String(headers.location).split('/').at(-3) ?? ''
const subscribe = async (body: object): Promise<string> => {
  const made = await client.post(`${BASE}/Subscription`, body)
  expect(made.status, made.text).toBe(201)
  await background.step()
  return idOf(made)
}
const create = async (more: object = {}): Promise<string> => idOf(await client.post(`${BASE}/Basic`, basic(more)))
const told = (): Bundle[] => receiver.calls.map(({ body }) => JSON.parse(body) as Bundle)
const statusIn = (bundle: Bundle | undefined): Part[] => bundle?.entry[0]?.resource?.parameter ?? []
const valueIn = (parts: readonly Part[], name: string): string | undefined => {
  const found = parts.find((part) => part.name === name)
  return found?.valueString ?? found?.valueCode ?? found?.valueCanonical ?? found?.valueReference?.reference
}
const typeOf = (bundle: Bundle | undefined): string | undefined => valueIn(statusIn(bundle), 'type')
const eventsIn = (bundle: Bundle | undefined): (string | undefined)[][] => statusIn(bundle).filter(({ name }) => name === 'notification-event').map(({ part = [] }) => [valueIn(part, 'event-number'), valueIn(part, 'focus')])
const here = (): string => `${site.config.publicUrl}${BASE}`
/** As a request of these tests names the server. */
const THERE = 'http://localhost:80/fhir/R4'
const shown = async (id: string): Promise<{ status: string; error?: string }> => (await client.get(`${BASE}/Subscription/${id}`)).json()

describe('a Subscription to a topic', () => {
  it('is active after a handshake that was answered, and tells of itself in Parameters first', async () => {
    const id = await subscribe(topic())
    const [handshake] = told()
    expect([handshake?.type, typeOf(handshake), handshake?.meta.profile, handshake?.entry[0]?.resource?.meta.profile]).toEqual(['history', 'handshake', [`${BACKPORT}/backport-subscription-notification-r4`], [`${BACKPORT}/backport-subscription-status-r4`]])
    expect([handshake?.entry.length, handshake?.entry[0]?.request]).toEqual([1, { method: 'GET', url: `${here()}/Subscription/${id}/$status` }])
    expect(['subscription', 'topic', 'status', 'events-since-subscription-start'].map((name) => valueIn(statusIn(handshake), name))).toEqual([`${here()}/Subscription/${id}`, `${TOPIC}-changed`, 'requested', '0'])
    expect(receiver.calls[0]).toMatchObject({ method: 'POST', path: '/topic', headers: { 'content-type': 'application/fhir+json' } })
    expect((await shown(id)).status).toBe('active')
    // the Bundle is one that this server itself would take
    expect((await client.post(`${BASE}/Bundle/$validate`, JSON.parse(receiver.calls[0]?.body ?? '{}'))).text).not.toContain('"severity":"error"')
  })
  it('is in error when the handshake fails, and tells nothing before one is answered', async () => {
    receiver.answer = 500
    const id = await subscribe(topic())
    expect(await shown(id)).toMatchObject({ status: 'error', error: 'The receiver answered 500.' })
    await create()
    receiver.answer = 200
    await site.database.pool.query('update subscription set next_try = null')
    await background.step()
    expect(told().map(typeOf)).toEqual(['handshake', 'handshake'])
    await background.step()
    expect(told().map(typeOf)).toEqual(['handshake', 'handshake', 'event-notification'])
    expect((await shown(id)).status).toBe('active')
  })
  it('tells created, updated and deleted apart, in numbered events, and each topic its own', async () => {
    for (const kind of ['created', 'updated', 'deleted', 'changed']) await subscribe(topic({ kind, filters: ['Basic?_id=b1'], channel: { endpoint: `${receiver.origin}/${kind}` } }))
    receiver.calls.length = 0
    for (const more of [{}, { created: '2026-01-01' }]) {
      await client.put(`${BASE}/Basic/b1`, basic({ id: 'b1', ...more }))
      await background.step()
    }
    await client.delete(`${BASE}/Basic/b1`)
    await background.step()
    const of = (kind: string): unknown[] => receiver.calls.filter(({ path }) => path === `/${kind}`).map(({ body }) => JSON.parse(body) as Bundle).map((bundle) => [...eventsIn(bundle).map(([number]) => number), bundle.entry[1]?.request.method])
    expect([of('created'), of('updated'), of('deleted'), of('changed')]).toEqual([[['1', 'POST']], [['1', 'PUT']], [['1', 'DELETE']], [['1', 'POST'], ['2', 'PUT'], ['3', 'DELETE']]])
  })
  it('joins the filters of a type by and', async () => {
    const other = await client.post(`${BASE}/Basic`, basic())
    const patient = idOf(await client.post(`${BASE}/Patient`, { resourceType: 'Patient', gender: 'male' }))
    await subscribe(topic({ filters: ['Basic?code=urn:x|told', `Basic?subject=Patient/${patient}`, 'Observation'] }))
    await client.put(`${BASE}/Basic/${idOf(other)}`, basic({ id: idOf(other), created: '2026-01-01' }))
    const mine = await create({ subject: { reference: `Patient/${patient}` } })
    await background.step()
    expect(told().flatMap(eventsIn)).toEqual([['1', `${here()}/Basic/${mine}`]])
  })
  it('sends no reference and no other entry when the content is empty', async () => {
    await subscribe(topic({ content: 'empty' }))
    await create()
    await background.step()
    expect(eventsIn(told()[1])).toEqual([['1', undefined]])
    expect(told()[1]?.entry).toHaveLength(1)
    expect(receiver.calls[1]?.body).not.toContain('Basic')
    expect(valueIn(statusIn(told()[1]), 'topic')).toBeUndefined()
  })
  it('sends references alone when the content is id-only', async () => {
    await subscribe(topic())
    const id = await create()
    await background.step()
    const [, bundle] = told()
    expect(eventsIn(bundle)).toEqual([['1', `${here()}/Basic/${id}`]])
    expect(bundle?.entry[1]).toEqual({ fullUrl: `${here()}/Basic/${id}`, request: { method: 'POST', url: 'Basic' }, response: { status: '201' } })
  })
  it('sends the resources when the content is full-resource, digit by digit, and says what is gone', async () => {
    await subscribe(topic({ content: 'full-resource' }))
    const made = await client.post(`${BASE}/Basic`, '{"resourceType":"Basic","extension":[{"url":"urn:n","valueDecimal":1.10}],"code":{"coding":[{"system":"urn:x","code":"told"}]}}')
    await background.step()
    expect(told()[1]?.entry[1]?.resource).toMatchObject({ resourceType: 'Basic', id: idOf(made) })
    expect(receiver.calls[1]?.body).toContain('"valueDecimal":1.10')
    receiver.answer = 500
    const gone = await create()
    await background.step()
    await client.delete(`${BASE}/Basic/${gone}`)
    receiver.answer = 200
    await site.database.pool.query('update subscription set next_try = null')
    await background.step()
    expect(told().at(-1)?.entry[1]).toEqual({ fullUrl: `${here()}/Basic/${gone}`, request: { method: 'POST', url: 'Basic' }, response: { status: '410' } })
  })
  it('sends XML when that is asked for, and every header line', async () => {
    await subscribe(topic({ channel: { payload: 'application/fhir+xml', header: ['Authorization: Bearer s3cret'] } }))
    expect(receiver.calls[0]?.body).toContain('<Bundle xmlns="http://hl7.org/fhir">')
    expect(receiver.calls[0]?.headers).toMatchObject({ 'content-type': 'application/fhir+xml', authorization: 'Bearer s3cret' })
  })
  it('puts no more events into one notification than max-count', async () => {
    await subscribe(topic({ extension: [{ url: `${BACKPORT}/backport-max-count`, valuePositiveInt: 2 }] }))
    for (let n = 0; n < 5; n += 1) await create()
    await background.step()
    expect(told().slice(1).map((bundle) => eventsIn(bundle).map(([number]) => number))).toEqual([['1', '2'], ['3', '4'], ['5']])
  })
  it('has all that waited while its receiver was away, in order and once, and no more of it in memory than one notification', async () => {
    const WAITING = 1_200, AT_ONCE = 100
    await subscribe(topic({ content: 'full-resource', extension: [{ url: `${BACKPORT}/backport-max-count`, valuePositiveInt: AT_ONCE }] }))
    receiver.answer = 503
    const padding = { extension: [{ url: 'urn:x:padding', valueString: 'x'.repeat(1_000) }] }
    const made = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: Array.from({ length: WAITING }, () => ({ resource: basic(padding), request: { method: 'POST', url: 'Basic' } })) })
    expect(made.status).toBe(200)
    await background.step()
    const failed = receiver.calls.length
    receiver.answer = 200
    await site.database.pool.query('update subscription set next_try = null')
    await background.step()
    const parts = told().slice(failed).map(eventsIn)
    expect(parts.map((events) => events.length)).toEqual(Array.from({ length: WAITING / AT_ONCE }, () => AT_ONCE))
    expect(parts.flat().map(([number]) => Number(number))).toEqual(Array.from({ length: WAITING }, (_, at) => at + 1))
    expect(new Set(parts.flat().map(([, focus]) => focus)).size).toBe(WAITING)
    expect(Math.max(...receiver.calls.map(({ body }) => body.length))).toBeLessThan(AT_ONCE * 3_000)
  })
  it('goes on with the journal that begins anew when the database was put back, behind the last of the old one, and gives no number twice', async () => {
    await subscribe(topic())
    const before = [await create(), await create()]
    const { sealer } = await createHospitalExchange({ database: site.database, secrets: site.config.secrets, clock: systemClock, ids: createIds(systemClock) })
    // sealed and not judged yet when the new one begins
    await sealer.seal()
    await site.database.pool.query(`update journal_head set epoch = gen_random_uuid(), seq = 0, hash = decode(repeat('00', 32), 'hex')`)
    const after = [await create(), await create()]
    await background.step()
    await background.step()
    expect(told().flatMap(eventsIn)).toEqual([...before, ...after].map((id, at) => [String(at + 1), `${here()}/Basic/${id}`]))
    await create()
    await background.step()
    expect(told().flatMap(eventsIn).map(([number]) => number)).toEqual(['1', '2', '3', '4', '5'])
  })
  it('sends a heartbeat when nothing was sent for the period, which counts as no event', async () => {
    const id = await subscribe(topic({ extension: [{ url: `${BACKPORT}/backport-heartbeat-period`, valueUnsignedInt: 60 }] }))
    await background.step()
    expect(told().map(typeOf)).toEqual(['handshake'])
    await site.database.pool.query(`update subscription set last_sent = last_sent - interval '61 seconds' where id = $1`, [id])
    await background.step()
    expect(told().map(typeOf)).toEqual(['handshake', 'heartbeat'])
    expect(valueIn(statusIn(told()[1]), 'events-since-subscription-start')).toBe('0')
  })
  it('shows nothing of what the client may not see any more, but keeps the number', async () => {
    const scopes = ['system/Subscription.cruds', 'system/Basic.rs']
    const other = await site.system(scopes)
    const id = idOf(await other.post(`${BASE}/Subscription`, topic({ content: 'full-resource' })))
    await background.step()
    receiver.answer = 500
    await create()
    await background.step()
    const [row] = (await site.database.pool.query<{ client: string }>('select client from subscription where id = $1', [id])).rows
    await site.parts.clients.save({ client: row?.client ?? '', name: 'x', secret: 'x', scopes: ['system/Subscription.cruds'], active: true })
    receiver.answer = 200
    await site.database.pool.query('update subscription set next_try = null')
    await background.step()
    expect(eventsIn(told().at(-1))).toEqual([['1', undefined]])
    expect(told().at(-1)?.entry).toHaveLength(1)
    // it is another client's, so nobody here can delete it: it shall not tell the tests that follow
    expect((await site.database.pool.query(`update subscription set status = 'off' where id = $1`, [id])).rowCount).toBe(1)
  })
  it.each([
    [{ filters: [] }, 'criteria'], [{ filters: ['patient=Patient/1'] }, 'criteria'], [{ kind: 'merged' }, 'criteria'], [{ kind: 'deleted', filters: ['Basic?code=x'] }, 'criteria'], [{ content: 'all' }, ''], [{ channel: { payload: undefined, _payload: undefined } }, 'channel.payload'],
  ])('is refused when it is %j', async (wish, place) => {
    const answer = await client.post(`${BASE}/Subscription`, topic(wish))
    expect(answer.status, answer.text).toBe(422)
    expect(answer.text).toContain(`Subscription.${place}`)
  })
})

describe('what an owner asks', () => {
  const statuses = async (query: string, by: Pick<TestCaller, 'get'> = client): Promise<(string | undefined)[][]> =>
    (await by.get(`${BASE}/Subscription${query}`)).json<Bundle>().entry.map(({ resource }) => ['subscription', 'status', 'type'].map((name) => valueIn(resource?.parameter ?? [], name)))
  it('is answered by $status for one, for some, and for all of its own', async () => {
    const first = await subscribe(topic()), second = await subscribe({ ...topic(), status: 'off' })
    const row = (id: string, status: string): string[] => [`${THERE}/Subscription/${id}`, status, 'query-status']
    const whole = (await client.get(`${BASE}/Subscription/${first}/$status`)).json<Bundle>()
    expect([whole.type, whole.entry[0]?.resource?.meta.profile]).toEqual(['searchset', [`${BACKPORT}/backport-subscription-status-r4`]])
    expect(await statuses(`/${first}/$status`)).toEqual([row(first, 'active')])
    expect(await statuses('/$status')).toEqual([first, second].toSorted().map((id) => row(id, id === first ? 'active' : 'off')))
    expect(await statuses(`/$status?id=${second}`)).toEqual([row(second, 'off')])
    expect(await statuses('/$status?status=active')).toEqual([row(first, 'active')])
    const other = await site.system()
    expect(await statuses('/$status', other)).toEqual([])
    expect((await other.get(`${BASE}/Subscription/${first}/$status`)).status).toBe(404)
    expect((await other.get(`${BASE}/Subscription/${first}/$events`)).status).toBe(404)
    expect((await other.post(`${BASE}/Subscription/${first}/$get-ws-binding-token`)).status).toBe(404)
  })
  it('is answered by $events from number to number, in the content that it wants', async () => {
    const id = await subscribe(topic())
    const made = [await create(), await create(), await create()]
    await background.step()
    const bundle = (await client.get(`${BASE}/Subscription/${id}/$events?eventsSinceNumber=2&eventsUntilNumber=3`)).json<Bundle>()
    expect([bundle.type, typeOf(bundle)]).toEqual(['history', 'query-event'])
    expect(eventsIn(bundle)).toEqual([['2', `${THERE}/Basic/${made[1]}`], ['3', `${THERE}/Basic/${made[2]}`]])
    const full = (await client.get(`${BASE}/Subscription/${id}/$events?eventsSinceNumber=3&content=full-resource`)).json<Bundle>()
    expect(full.entry[1]?.resource).toMatchObject({ resourceType: 'Basic', id: made[2] })
    expect((await client.get(`${BASE}/Subscription/${id}/$events?eventsSinceNumber=x`)).status).toBe(400)
    expect((await client.get(`${BASE}/Subscription/${id}/$events?content=all`)).status).toBe(400)
  })
  it('finds by $events what came while it failed, until the days of keeping are over', async () => {
    const id = await subscribe(topic())
    await create()
    await background.step()
    await site.database.pool.query(`update subscription_event set at = at - interval '8 days'`)
    expect(eventsIn((await client.get(`${BASE}/Subscription/${id}/$events`)).json<Bundle>())).toHaveLength(1)
    await background.sweep()
    expect(eventsIn((await client.get(`${BASE}/Subscription/${id}/$events`)).json<Bundle>())).toEqual([])
  })
})

describe('a websocket', () => {
  const open = async (headers: Record<string, string> = {}, path = `${BASE}/websocket`): Promise<{ socket: WebSocket; heard: string[]; next: (n: number) => Promise<string[]> }> => {
    const socket = new WebSocket(address.replace(/^http/, 'ws') + path, { headers })
    sockets.push(socket)
    const heard: string[] = []
    socket.on('message', (data) => heard.push(Buffer.isBuffer(data) ? data.toString('utf8') : ''))
    await once(socket, 'open')
    return { socket, heard, next: async (n) => { await expect.poll(() => heard.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(n); return heard } }
  }
  const refusedWith = async (headers: Record<string, string>, path?: string): Promise<string> => open(headers, path).then(() => 'open', (error: unknown) => String(error))
  const token = async (path: string): Promise<string | undefined> => valueIn((await client.post(`${BASE}/Subscription${path}/$get-ws-binding-token`)).json<{ parameter: Part[] }>().parameter, 'token')

  it('is bound by id, and pinged for what comes then, as R4 has it', async () => {
    const id = await subscribe(socketCriteria)
    const { socket, next } = await open(bearer)
    socket.send(`bind ${id}`)
    expect(await next(1)).toEqual([`bound ${id}`])
    await create()
    await background.step()
    expect(await next(2)).toEqual([`bound ${id}`, `ping ${id}`])
  })
  it('is bound by a token that is good once, greeted, and sent what the topic tells', async () => {
    const id = await subscribe(socketTopic('full-resource'))
    const answer = await client.post(`${BASE}/Subscription/${id}/$get-ws-binding-token`)
    const parameters = answer.json<{ parameter: (Part & { valueUrl?: string; valueDateTime?: string })[] }>().parameter
    expect(parameters.find(({ name }) => name === 'websocket-url')?.valueUrl).toMatch(/^ws:\/\/.*\/fhir\/R4\/websocket$/)
    expect(Date.parse(parameters.find(({ name }) => name === 'expiration')?.valueDateTime ?? '')).toBeLessThan(Date.now() + 61_000)
    expect(valueIn(parameters, 'subscription')).toBe(id)
    const bind = `bind-with-token ${valueIn(parameters, 'token')}`
    const { socket, next } = await open()
    socket.send(bind)
    expect(typeOf(JSON.parse((await next(1))[0] ?? '') as Bundle)).toBe('handshake')
    const made = await create()
    await background.step()
    const event = JSON.parse((await next(2))[1] ?? '') as Bundle
    expect([typeOf(event), eventsIn(event), event.entry[1]?.resource?.id]).toEqual(['event-notification', [['1', `${here()}/Basic/${made}`]], made])
    const again = await open()
    again.socket.send(bind)
    expect(await again.next(1)).toEqual(['error not bound'])
  })
  it('is bound to several Subscriptions by one token, and told of each', async () => {
    const ids = [await subscribe(socketTopic()), await subscribe(socketCriteria)]
    const { socket, next } = await open()
    socket.send(`bind-with-token ${await token('')}`)
    expect((await next(2)).map((text) => (text.startsWith('{') ? typeOf(JSON.parse(text) as Bundle) : text)).toSorted()).toEqual([`bound ${ids[1]}`, 'handshake'])
  })
  it('binds nobody without a right: no access token, somebody else, a token that is over, a receiver of calls', async () => {
    const id = await subscribe(socketCriteria)
    const nobody = await open()
    nobody.socket.send(`bind ${id}`)
    expect(await nobody.next(1)).toEqual(['error not bound'])
    const other = await open(await site.bearer())
    other.socket.send(`bind ${id}`)
    expect(await other.next(1)).toEqual(['error not bound'])
    const late = await token(`/${id}`)
    await site.database.pool.query(`update subscription_token set expires_at = now() - interval '1 second'`)
    other.socket.send(`bind-with-token ${late}`)
    expect((await other.next(2))[1]).toBe('error not bound')
    const hook = await subscribe(topic())
    const own = await open(bearer)
    own.socket.send(`bind ${hook}`)
    expect(await own.next(1)).toEqual(['error not bound'])
    expect((await client.post(`${BASE}/Subscription/${hook}/$get-ws-binding-token`)).status).toBe(404)
  })
  it('is refused to a wrong token, to pages of other sites, and elsewhere', async () => {
    expect(await refusedWith({ authorization: 'Bearer wrong' })).toContain('401')
    expect(await refusedWith({ ...bearer, origin: 'https://elsewhere.example' })).toContain('403')
    expect(await refusedWith({ ...bearer }, `${BASE}/Patient`)).toContain('404')
    const own = await open({ ...bearer, origin: address })
    own.socket.send('bind x')
    expect(await own.next(1)).toEqual(['error not bound'])
  })
  it('is closed after a message that is too long, and after too many that mean nothing', async () => {
    const long = await open(bearer)
    long.socket.send('x'.repeat(2000))
    expect((await once(long.socket, 'close'))[0]).toBe(1009)
    const noisy = await open(bearer)
    for (let n = 0; n < 5; n += 1) noisy.socket.send('hello')
    expect((await once(noisy.socket, 'close'))[0]).toBe(1008)
  })
  it('is closed when the client is switched off, and told nothing more', async () => {
    const own = await site.bearer()
    const calls = callsWith(own)
    const id = idOf(await calls.post(`${BASE}/Subscription`, socketCriteria))
    await background.step()
    const { socket, heard, next } = await open(own)
    socket.send(`bind ${id}`)
    await next(1)
    const [row] = (await site.database.pool.query<{ client: string }>('select client from subscription where id = $1', [id])).rows
    await create()
    await background.step()
    await next(2)
    await create()
    await site.parts.clients.save({ client: row?.client ?? '', name: 'x', secret: 'x', scopes: ['system/*.cruds'], active: false })
    await background.step()
    await site.database.pool.query('update subscription set made = made + 1, told = made + 1 where id = $1', [id])
    // at the next event, and not only when it is asked for its token again
    const started = Date.now()
    expect((await once(socket, 'close'))[0]).toBe(1008)
    expect(Date.now() - started).toBeLessThan(5_000)
    expect(heard).toHaveLength(2)
  })
  it('shows in the metrics, with what waits and fails, and without a name', async () => {
    await subscribe(topic())
    await open(bearer)
    const text = (await site.anonymous.get('/metrics')).text
    for (const line of [/^emr_subscription_sockets [1-9]/m, /^emr_subscriptions\{status="active"\} [1-9]\d*$/m, /^emr_subscription_events_waiting 0$/m, /^emr_subscriptions_failing 0$/m]) expect(text).toMatch(line)
  })
  it('is told goodbye when the server ends', async () => {
    const last = await testSite({ databases: site.databases, tenant: 901 })
    const url = (await last.listen()).replace(/^http/, 'ws')
    const socket = new WebSocket(`${url}${BASE}/websocket`, { headers: await last.bearer() })
    await once(socket, 'open')
    const closed = once(socket, 'close')
    const started = Date.now()
    await last.close()
    expect((await closed)[0]).toBe(1001)
    expect(Date.now() - started).toBeLessThan(5_000)
    await sleep(0)
  })
})
