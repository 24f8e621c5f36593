/** Subscriptions with a real receiver: http://hl7.org/fhir/R4/subscription.html. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'
import { forgetAll, openBackground, openReceiver, type BackgroundWork, type Receiver } from '#test/support/receiver.ts'

const BASE = '/fhir/R4'
/** Milliseconds after a first failure; much longer than a step takes. */
const PAUSE = 100_000
let site: TestSite
let client: TestCaller
let receiver: Receiver
let background: BackgroundWork

beforeAll(async () => {
  receiver = await openReceiver()
  site = await testSite({ environment: { EMR_SUBSCRIPTION_ENDPOINTS: receiver.origin } })
  background = await openBackground(site, PAUSE)
  client = await site.system()
})
afterAll(async () => {
  await background.close()
  await site.close()
  await receiver.close()
})
beforeEach(async () => {
  await forgetAll(client, background, receiver)
})

const wanted = (channel: object = {}, more: object = {}): Record<string, unknown> => ({
  resourceType: 'Subscription', status: 'requested', reason: 'Thử nghiệm', criteria: 'Basic?code=urn:x|told', channel: { type: 'rest-hook', endpoint: `${receiver.origin}/hook`, ...channel }, ...more,
})
const basic = (code = 'told', more: object = {}): object => ({ resourceType: 'Basic', code: { coding: [{ system: 'urn:x', code }] }, ...more })
const idOf = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): string => String(headers.location).split('/').at(-3) ?? ''
const subscribe = async (body: object = wanted(), by = client): Promise<string> => {
  const made = await by.post(`${BASE}/Subscription`, body)
  expect(made.status, made.text).toBe(201)
  return idOf(made)
}
const shown = async (id: string): Promise<{ status: string; error?: string; channel: { header?: string[] } }> => (await client.get(`${BASE}/Subscription/${id}`)).json()

describe('a Subscription to criteria of R4', () => {
  it('is requested first, and active when the server has taken it up', async () => {
    const made = await client.post(`${BASE}/Subscription`, wanted({}, { status: 'active' }))
    expect(made.json()).toMatchObject({ status: 'requested' })
    await background.step()
    expect(await shown(idOf(made))).toMatchObject({ status: 'active' })
  })
  it('tells of what is created and updated and fits, and of nothing else, with a bare call', async () => {
    await subscribe()
    await background.step()
    const made = await client.post(`${BASE}/Basic`, basic())
    await client.post(`${BASE}/Basic`, basic('other'))
    await background.step()
    await client.put(`${BASE}/Basic/${idOf(made)}`, basic('told', { id: idOf(made), created: '2026-01-02' }))
    await background.step()
    await client.delete(`${BASE}/Basic/${idOf(made)}`)
    await background.step()
    expect(receiver.calls.map(({ method, path, body, headers }) => [method, path, body, headers['x-emr-event-number']])).toEqual([['POST', '/hook', '', '1'], ['POST', '/hook', '', '2']])
  })
  it('means this server by each address of it, whichever the client used, and no other server', async () => {
    const patient = idOf(await client.post(`${BASE}/Patient`, { resourceType: 'Patient' }))
    const host = { host: 'benh-vien.example:8443' }
    const asked = (origin: string): object => wanted({}, { criteria: `Basic?subject=${origin}${BASE}/Patient/${patient}` })
    for (const origin of [`http://${host.host}`, site.config.publicUrl, 'http://elsewhere.example']) expect((await client.post(`${BASE}/Subscription`, asked(origin), host)).status).toBe(201)
    await background.step()
    await client.post(`${BASE}/Basic`, basic('x', { subject: { reference: `Patient/${patient}` } }))
    await client.post(`${BASE}/Basic`, basic('x', { subject: { reference: `http://${host.host}${BASE}/Patient/${patient}` } }), host)
    await background.step()
    await background.step()
    expect(receiver.calls.map(({ headers }) => headers['x-emr-event-number']).toSorted()).toEqual(['1', '1', '2', '2'])
  })
  it('tells of a version that was overtaken before it was judged when that version fits, and not when only the one of now does', async () => {
    await subscribe()
    await subscribe(wanted({ endpoint: `${receiver.origin}/all` }, { criteria: 'Basic?' }))
    await background.step()
    // while the background process is away: fits, fits no more; fits not, fits; fits, gone
    const [first, second, third] = [await client.post(`${BASE}/Basic`, basic()), await client.post(`${BASE}/Basic`, basic('other')), await client.post(`${BASE}/Basic`, basic())]
    await client.put(`${BASE}/Basic/${idOf(first)}`, basic('other', { id: idOf(first) }))
    await client.put(`${BASE}/Basic/${idOf(second)}`, basic('told', { id: idOf(second) }))
    await client.delete(`${BASE}/Basic/${idOf(third)}`)
    await background.step()
    const { rows } = await site.database.pool.query<{ told: string[] }>(`
      select array_agg(r.id || ' ' || e.ver order by e.number) as told from subscription s join subscription_event e using (tenant, id) join resource r on r.tenant = e.tenant and r.rtype = e.rtype and r.rid = e.rid
      group by s.id, s.plan order by s.plan like '%told%' desc`)
    expect(rows.map(({ told }) => told)).toEqual([
      [`${idOf(first)} 1`, `${idOf(third)} 1`, `${idOf(second)} 2`],
      [`${idOf(first)} 1`, `${idOf(second)} 1`, `${idOf(third)} 1`, `${idOf(first)} 2`, `${idOf(second)} 2`],
    ])
    const told = (path: string): unknown[] => receiver.calls.filter((call) => call.path === path).map(({ headers }) => headers['x-emr-event-number'])
    expect([told('/hook'), told('/all')]).toEqual([['1', '2', '3'], ['1', '2', '3', '4', '5']])
  })
  it('tells of what fits by a chain into what it contains, when it is made and when it is changed', async () => {
    await subscribe(wanted({}, { criteria: 'Basic?author:Practitioner.family=trong' }))
    await background.step()
    const by = (family: string, more: object = {}): object => basic('x', { contained: [{ resourceType: 'Practitioner', id: 'in', name: [{ family }] }], author: { reference: '#in' }, ...more })
    const made = await client.post(`${BASE}/Basic`, by('Trong'))
    await client.post(`${BASE}/Basic`, by('Ngoài'))
    await background.step()
    expect(receiver.calls.map(({ headers }) => headers['x-emr-event-number'])).toEqual(['1'])
    await client.put(`${BASE}/Basic/${idOf(made)}`, by('Trong', { id: idOf(made), code: { text: 'y' } }))
    await background.step()
    expect(receiver.calls.map(({ headers }) => headers['x-emr-event-number'])).toEqual(['1', '2'])
  })
  it('sends the resource as an update of the receiver when a payload is asked for, with every digit and the header lines', async () => {
    await subscribe(wanted({ payload: 'application/fhir+json', header: ['Authorization: Bearer s3cret', 'X-Ward: A1'] }))
    const made = await client.post(`${BASE}/Basic`, '{"resourceType":"Basic","extension":[{"url":"urn:n","valueDecimal":1.10}],"code":{"coding":[{"system":"urn:x","code":"told"}]}}')
    await background.step()
    expect(receiver.calls).toMatchObject([{ method: 'PUT', path: `/hook/Basic/${idOf(made)}`, headers: { 'content-type': 'application/fhir+json', authorization: 'Bearer s3cret', 'x-ward': 'A1' } }])
    expect(receiver.calls[0]?.body).toContain('"valueDecimal":1.10}')
    await subscribe(wanted({ payload: 'application/fhir+xml' }))
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(receiver.calls.find(({ headers }) => headers['content-type'] === 'application/fhir+xml')?.body ?? '').toMatch(/^(<\?xml[^>]*>\s*)?<Basic xmlns="http:\/\/hl7.org\/fhir">/)
  })
  it('shows nobody the values of header lines, keeps them when they come back masked, and puts them nowhere in the clear', async () => {
    const id = await subscribe(wanted({ header: ['Authorization: Bearer s3cret'] }))
    expect((await shown(id)).channel.header).toEqual(['Authorization: ********'])
    const read = (await client.get(`${BASE}/Subscription/${id}`)).json()
    expect((await client.put(`${BASE}/Subscription/${id}`, read)).status).toBe(200)
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(receiver.calls[0]?.headers.authorization).toBe('Bearer s3cret')
    for (const table of ['resource', 'resource_history', 'subscription', 'audit_log', 'journal']) {
      expect((await site.database.pool.query(`select from ${table} t where t::text like '%s3cret%'`)).rowCount, table).toBe(0)
    }
    expect((await client.put(`${BASE}/Subscription/${id}`, { ...read, channel: { ...wanted().channel as object, header: ['A: ********', 'B: ********'] } })).status).toBe(422)
  })
  it('is off when its end has come, and tells nothing more', async () => {
    const end = new Date(Date.now() + 3_600_000).toISOString()
    const id = await subscribe(wanted({}, { end }))
    await background.step()
    expect((await shown(id)).status).toBe('active')
    await site.database.pool.query(`update subscription set ends = now() - interval '1 second', plan = replace(plan, $2, '2026-01-01T00:00:00.000Z') where id = $1`, [id, end])
    await background.step()
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect((await shown(id)).status).toBe('off')
    expect(receiver.calls).toEqual([])
  })
  it('tells nothing while its owner has it off, and goes on with what comes when it is asked for again', async () => {
    const id = await subscribe(wanted({}, { status: 'off' }))
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(receiver.calls).toEqual([])
    expect((await client.put(`${BASE}/Subscription/${id}`, wanted({}, { id }))).status).toBe(200)
    await background.step()
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(receiver.calls).toHaveLength(1)
  })
})

describe('a receiver that fails', () => {
  it('is tried again after pauses that double, in the order of the events; the owner sees why, and operators find it', async () => {
    const id = await subscribe()
    await background.step()
    receiver.answer = 503
    await client.post(`${BASE}/Basic`, basic())
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(await shown(id)).toMatchObject({ status: 'error', error: 'The receiver answered 503.' })
    expect((await client.get(`${BASE}/Subscription?status=error`)).json<{ entry: unknown[] }>().entry).toHaveLength(1)
    const pauses: number[] = []
    for (let n = 0; n < 3; n += 1) {
      await site.database.pool.query('update subscription set next_try = null where id = $1', [id])
      const before = Date.now()
      await background.step()
      pauses.push(Math.round(((await site.database.pool.query<{ next_try: string }>('select next_try from subscription where id = $1', [id])).rows.map((row) => new Date(row.next_try).getTime() - before)[0] ?? 0) / PAUSE))
    }
    expect(pauses).toEqual([2, 4, 8])
    await site.database.pool.query('update subscription set next_try = now() where id = $1', [id])
    receiver.answer = 200
    await background.step()
    expect(receiver.calls.map(({ headers }) => headers['x-emr-event-number'])).toEqual(['1', '1', '1', '1', '1', '2'])
    expect((await shown(id))).toMatchObject({ status: 'active' })
    expect((await shown(id)).error).toBeUndefined()
  })
  it('is given up after the stated number of attempts, and begins anew when it is requested', async () => {
    const id = await subscribe()
    receiver.answer = 500
    await client.post(`${BASE}/Basic`, basic())
    for (let n = 0; n < 16; n += 1) {
      await site.database.pool.query('update subscription set next_try = null where id = $1', [id])
      await background.step()
    }
    expect(await shown(id)).toMatchObject({ status: 'off', error: 'The receiver answered 500. 16 attempts in a row have failed.' })
    await background.step()
    expect(receiver.calls).toHaveLength(16)
    receiver.answer = 200
    await client.put(`${BASE}/Subscription/${id}`, wanted({}, { id }))
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(receiver.calls.at(-1)?.headers['x-emr-event-number']).toBe('2')
    expect(await shown(id)).toMatchObject({ status: 'active' })
  })
  it('leads nowhere else by a redirect', async () => {
    await subscribe()
    receiver.answer = 302
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(receiver.calls.map(({ path }) => path)).toEqual(['/hook'])
  })
  it('does not hold up the others, and is not called where the setting no longer allows it', async () => {
    const slow = await openReceiver()
    const first = await subscribe()
    const second = await subscribe()
    await background.step()
    await site.database.pool.query(`update subscription set plan = replace(plan, $2, $3) where id = $1`, [first, receiver.origin, slow.origin])
    await client.post(`${BASE}/Basic`, basic())
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(receiver.calls.map(({ headers }) => headers['x-emr-event-number'])).toEqual(['1', '2'])
    expect((await shown(second)).status).toBe('active')
    // an address that the setting allows no more is not called, whatever stands in the Subscription
    expect(slow.calls).toEqual([])
    expect((await shown(first)).error).toContain('EMR_SUBSCRIPTION_ENDPOINTS')
    await slow.close()
  })
  it('has its time, and no more', async () => {
    const id = await subscribe(wanted({ extension: [{ url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-timeout', valueUnsignedInt: 1 }] }))
    receiver.answer = 0
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect((await shown(id)).error).toBe('The receiver could not be reached (no answer in time).')
  })
})

describe('who may subscribe', () => {
  it.each([
    [['system/Subscription.cruds'], 'reads nothing of the type'], [['system/Subscription.cruds', 'system/Basic.r'], 'may not search the type'], [['system/Basic.rs'], 'may not create a Subscription'],
    [['system/Subscription.cruds', 'system/Observation.rs'], 'reads another type'],
  ])('is nobody who with %j %s', async (scopes) => {
    const other = await site.system(scopes)
    expect((await other.post(`${BASE}/Subscription`, wanted())).status).toBe(403)
  })
  it('is no person', async () => {
    const doctor = await site.person({ grants: [{ role: 'doctor', department: null }] })
    expect((await doctor.post(`${BASE}/Subscription`, wanted())).status).toBe(403)
  })
  it('changes and deletes its own only', async () => {
    const id = await subscribe()
    const other = await site.system()
    expect((await other.put(`${BASE}/Subscription/${id}`, wanted({}, { id }))).status).toBe(403)
    expect((await other.call('PATCH', `${BASE}/Subscription/${id}`, { body: [{ op: 'replace', path: '/reason', value: 'x' }], type: 'application/json-patch+json' })).status).toBe(403)
    expect((await other.delete(`${BASE}/Subscription/${id}`)).status).toBe(403)
    expect((await client.delete(`${BASE}/Subscription/${id}`)).status).toBe(204)
    expect((await site.database.pool.query('select from subscription where id = $1', [id])).rowCount).toBe(0)
  })
  it('is told what the client may see when the event comes, not what it could when it asked', async () => {
    const scopes = ['system/Subscription.cruds', 'system/Basic.rs']
    const other = await site.system(scopes)
    const id = await subscribe(wanted(), other)
    await background.step()
    await client.post(`${BASE}/Basic`, basic())
    const [row] = (await site.database.pool.query<{ client: string }>('select client from subscription where id = $1', [id])).rows
    const save = (own: string[], active: boolean) => site.parts.clients.save({ client: row?.client ?? '', name: 'x', secret: 'x', scopes: own, active })
    for (const fewer of [['system/Subscription.cruds'], ['system/Subscription.cruds', 'system/Basic.r']]) {
      await save(fewer, true)
      await background.step()
      await client.post(`${BASE}/Basic`, basic())
      await background.step()
    }
    await save(scopes, true)
    await background.step()
    expect(receiver.calls).toEqual([])
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(receiver.calls).toHaveLength(1)
    await save(scopes, false)
    await client.post(`${BASE}/Basic`, basic())
    await background.step()
    expect(receiver.calls).toHaveLength(1)
  })
  it('is told no more than scopes with search parameters leave, and nothing where they leave more to a search than to a read', async () => {
    const limit = '?code=urn:x|told'
    for (const [scopes, times, ofPast] of [[[`system/Basic.rs${limit}`], 1, ['1', '2']], [['system/Basic.s', `system/Basic.r${limit}`], 0, []]] as const) {
      const other = await site.system(['system/Subscription.cruds', ...scopes])
      const id = await subscribe(wanted({}, { criteria: 'Basic' }), other)
      await background.step()
      receiver.calls.length = 0
      await client.post(`${BASE}/Basic`, basic())
      await client.post(`${BASE}/Basic`, basic('other'))
      await background.step()
      expect(receiver.calls, scopes.join()).toHaveLength(times)
      // versions that are overtaken when they are judged are within the limit or not as they were
      for (const codes of [['told', 'other'], ['other', 'told']] as const) {
        const past = idOf(await client.post(`${BASE}/Basic`, basic(codes[0])))
        await client.put(`${BASE}/Basic/${past}`, basic(codes[1], { id: past }))
      }
      await background.step()
      expect((await site.database.pool.query<{ ver: number }>('select ver from subscription_event where id = $1 order by number offset $2', [id, times])).rows.map(({ ver }) => String(ver)), scopes.join()).toEqual(ofPast)
      expect((await other.delete(`${BASE}/Subscription/${id}`)).status).toBe(204)
    }
  })
  it('has every resource that is sent on record first', async () => {
    await subscribe(wanted({ payload: 'application/fhir+json' }))
    const made = await client.post(`${BASE}/Basic`, basic())
    await background.step()
    const rows = (await site.database.pool.query<{ interaction: string; detail: string }>(`select interaction, detail from audit_log where interaction = 'notify' and resource_id = $1`, [idOf(made)])).rows
    expect(rows).toMatchObject([{ interaction: 'notify', detail: expect.stringMatching(/^Subscription\/\S+ 1 full-resource$/) }])
  })
})

describe('what is refused', () => {
  const text = (body: object): Promise<{ status: number; text: string }> => client.post(`${BASE}/Subscription`, body)
  it.each([
    ['an address that is not allowed', () => wanted({ endpoint: 'https://elsewhere.example/hook' }), 'channel.endpoint'],
    ['another port of an allowed host', () => wanted({ endpoint: 'http://127.0.0.1:1/hook' }), 'channel.endpoint'],
    ['no address', () => wanted({ endpoint: undefined }), 'channel.endpoint'],
    ['a file', () => wanted({ endpoint: 'file:///etc/passwd' }), 'channel.endpoint'],
    ['a password in the address', () => wanted({ endpoint: receiver.origin.replace('http://', 'http://a:b@') }), 'channel.endpoint'],
    ['mail', () => wanted({ type: 'email' }), 'channel.type'],
    ['a payload that is no FHIR', () => wanted({ payload: 'text/html' }), 'channel.payload'],
    ['a header of the connection', () => wanted({ header: ['Host: x'] }), 'channel.header'],
    ['two lines in one', () => wanted({ header: ['A: b\r\nC: d'] }), 'channel.header'],
    ['a type that there is not', () => wanted({}, { criteria: 'Nothing?x=y' }), 'criteria'],
    ['no search', () => wanted({}, { criteria: '?' }), 'criteria'],
    ['what shapes a page', () => wanted({}, { criteria: 'Basic?_count=2' }), 'criteria'],
    ['its own kind', () => wanted({}, { criteria: 'Subscription?status=active' }), 'criteria'],
    ['a topic that is not known', () => wanted({}, { criteria: 'http://example.org/topic' }), 'criteria'],
    ['an end that is past', () => wanted({}, { end: '2020-01-01T00:00:00Z' }), 'end'],
    ['a state that only the server says', () => wanted({}, { status: 'error' }), 'status'],
  ])('is %s', async (_name, body, place) => {
    const answer = await text(body())
    expect(answer.status, answer.text).toBe(422)
    expect(answer.text).toContain(`Subscription.${place}`)
  })
  it('is a search that the server does not know', async () => {
    expect((await text(wanted({}, { criteria: 'Basic?colour=red' }))).status).toBe(400)
  })
  it('is one more than a client may have', async () => {
    const other = await site.system()
    for (let n = 0; n < 50; n += 1) await subscribe(wanted({}, { status: 'off' }), other)
    const answer = await other.post(`${BASE}/Subscription`, wanted())
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('at most 50')
    await site.database.pool.query(`update subscription set client = (select client from subscription group by client order by count(*) limit 1)`)
  })
})
