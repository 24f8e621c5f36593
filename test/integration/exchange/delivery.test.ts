/** From a hospital's commits to the center's tables over HTTP: everything, once, in each patient's order, byte for byte, whatever was switched off meanwhile. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMessageSigner, messageVerifier, zstd } from '#api/exchange/envelope.ts'
import { readOrMakeNodeKey } from '#api/exchange/node-key.ts'
import { createSender } from '#api/exchange/sender.ts'
import { createHttpTransport } from '#api/exchange/transport/https.ts'
import type { Inbox, InboxTransaction, Transport } from '#api/model/exchange.ts'
import { clock, effects, ids, inboxStates, storedBytes, TENANT, testCenter, testHospital, type TestCenter, type TestHospital } from './sites.ts'

const work = async (hospital: TestHospital, commits: number, patients: number, writers = 4): Promise<void> => {
  await Promise.all(Array.from({ length: writers }, async (_, writer) => {
    for (let i = 0; i < commits / writers; i += 1) await hospital.commit(`p${(writer + i) % patients}`, `lần ${writer}.${i}: đo được 1.10`)
  }))
}

const expectWhole = async (hospital: TestHospital, center: TestCenter, entries: number): Promise<void> => {
  expect(await storedBytes(center.database)).toEqual(await storedBytes(hospital.database))
  const times = await effects(center.database)
  expect([...times.values()].every((n) => n === 1)).toBe(true)
  expect(times.size).toBe(entries)
  expect(await inboxStates(center.database)).toEqual({ applied: entries })
}

describe('the exchange between two sites', { timeout: 180_000 }, () => {
  let hospital: TestHospital
  let center: TestCenter
  beforeEach(async () => {
    hospital = await testHospital()
    center = await testCenter()
    await center.enrol(hospital)
    await center.start()
    return async () => {
      await hospital.close()
      await center.close()
    }
  })

  it('brings 200 commits to the center exactly once, in order per patient, byte for byte', async () => {
    await work(hospital, 200, 7)
    const did = await hospital.drain(hospital.sender(center.identity, { url: center.url }))
    expect(did.filter((step) => step === 'batch').length).toBeGreaterThan(10)
    await expectWhole(hospital, center, 200)
    const { rows } = await center.database.pool.query<{ patient: string; pseq: string }>(`
      select a.patient, i.pseq from audit_log a join inbox i on i.tenant = a.tenant and i.seq = split_part(a.detail, ' ', 3)::int8
      where a.tenant = $1 and a.interaction = 'exchange-apply' order by a.aid`, [TENANT])
    const last = new Map<string, number>()
    for (const { patient, pseq } of rows) {
      expect(Number(pseq)).toBe((last.get(patient) ?? 0) + 1)
      last.set(patient, Number(pseq))
    }
    const peer = await hospital.peer.load()
    expect(peer).toMatchObject({ received: { cursor: 200, ranges: [] }, applied: { cursor: 200, ranges: [] }, lastError: null, quarantined: [] })
    expect(await hospital.journal.oldestPending(peer?.applied ?? { cursor: 0, ranges: [] })).toBeUndefined()
  })

  it('loses and repeats nothing when the center is away and both sides start anew', async () => {
    await work(hospital, 40, 5)
    await hospital.drain(hospital.sender(center.identity, { url: center.url }), 3).catch(() => undefined)
    await center.stop()
    await work(hospital, 40, 5)
    let sender = hospital.sender(center.identity, { url: center.url })
    expect(await hospital.drain(sender)).toEqual(['failed: center-unreachable'])
    expect(await hospital.peer.load()).toMatchObject({ attempts: 1, lastError: 'center-unreachable' })
    sender = hospital.sender(center.identity, { url: center.url })
    expect(await sender.step()).toMatchObject({ did: 'failed' })
    expect(await hospital.peer.load()).toMatchObject({ attempts: 2 })
    await center.start()
    await hospital.drain(hospital.sender(center.identity, { url: center.url }))
    await expectWhole(hospital, center, 80)
    expect(await hospital.peer.load()).toMatchObject({ attempts: 0, lastError: null, nextTry: null })
  })

  it('delivers once when the sender dies between sending and the receipt, and answers the repetition with the same receipt', async () => {
    await work(hospital, 32, 3)
    await hospital.sealer.seal()
    const wire = createHttpTransport({ url: center.url })
    const answers: string[][] = []
    let sent: Parameters<Transport['batch']> | undefined
    const dying: Transport = {
      hello: (body, signature) => wire.hello(body, signature),
      async batch(body, signature) {
        sent = [body, signature]
        answers.push([...(await wire.batch(body, signature)).receipts])
        throw new Error('killed')
      },
    }
    const first = hospital.sender(center.identity, dying)
    await first.step()
    expect(await first.step()).toMatchObject({ did: 'failed' })
    if (sent === undefined) throw new Error('nothing was sent')
    // the network delivers the same request again, and the next process asks first
    answers.push([...(await wire.batch(...sent)).receipts])
    expect(answers[1]).toEqual(answers[0])
    await hospital.drain(hospital.sender(center.identity, { url: center.url }))
    await expectWhole(hospital, center, 32)
  })

  it('parks what comes before its predecessor, and applies it when that one came', async () => {
    await hospital.commit('p1', 'một')
    await hospital.commit('p1', 'hai')
    await hospital.commit('p2', 'một')
    await hospital.commit('p1', 'ba')
    await hospital.sealer.seal()
    const held = new Set([1])
    const late: TestHospital['journal'] = { ...hospital.journal, next: async (received, limits) => (await hospital.journal.next(received, limits)).filter(({ seq }) => !held.has(seq)) }
    const { key } = await readOrMakeNodeKey(hospital.secrets)
    const sender = createSender({
      center: center.identity, journal: late, peer: hospital.peer, transport: createHttpTransport({ url: center.url }), signer: createMessageSigner('h900', key), verifier: messageVerifier,
      compression: zstd, clock, ids, random: () => 0,
    })
    await sender.step()
    await sender.step()
    expect(await inboxStates(center.database)).toEqual({ parked: 2, applied: 1 })
    expect(await hospital.peer.load()).toMatchObject({ received: { cursor: 0, ranges: [[2, 4]] }, applied: { cursor: 0, ranges: [[3, 3]] }, parked: 2 })
    held.clear()
    await sender.step()
    await expectWhole(hospital, center, 4)
    expect(await hospital.peer.load()).toMatchObject({ applied: { cursor: 4, ranges: [] }, parked: 0 })
  })

  it('quarantines an entry that was changed after sealing, and holds back that patient only', async () => {
    for (const patient of ['p1', 'p2', 'p1', 'p2']) await hospital.commit(patient, 'chẩn đoán')
    await hospital.sealer.seal()
    await hospital.db.asOwner(TENANT, `update resource set body = replace(body, 'chẩn đoán', 'khác hẳn') where tenant = ${TENANT} and pat = 'p1' and rid = (select min(rid) from resource where tenant = ${TENANT} and pat = 'p1')`)
    await hospital.drain(hospital.sender(center.identity, { url: center.url }))
    expect(await inboxStates(center.database)).toEqual({ quarantined: 1, parked: 1, applied: 2 })
    expect(await hospital.peer.load()).toMatchObject({ quarantined: [{ seq: 1, reason: 'body-digest-mismatch' }], quarantinedCount: 1, parked: 1, received: { cursor: 4, ranges: [] } })
  })

  it('stops, and says so, when the hospital was restored from an old backup', async () => {
    await work(hospital, 8, 2)
    await hospital.drain(hospital.sender(center.identity, { url: center.url }))
    await hospital.db.asOwner(TENANT, `delete from journal where tenant = ${TENANT} and seq > 5`)
    await hospital.db.asOwner(TENANT, `update journal_head set seq = 5, hash = (select entry_hash from journal where tenant = ${TENANT} and seq = 5) where tenant = ${TENANT}`)
    expect(await hospital.drain(hospital.sender(center.identity, { url: center.url }))).toEqual(['stopped: node-went-back'])
    expect(await hospital.peer.load()).toMatchObject({ lastError: 'node-went-back' })
    await expectWholeInbox(center, 8)
  })
})

const expectWholeInbox = async (center: TestCenter, entries: number): Promise<void> => expect(await inboxStates(center.database)).toEqual({ applied: entries })

describe('a center whose dedupe is off', () => {
  let hospital: TestHospital
  let center: TestCenter
  /** Only here: known entries are said to be new, and the unique key is stepped around. */
  const withoutDedupe = (inbox: Inbox): Inbox => ({
    ...inbox,
    transact: (node, epoch, task) => inbox.transact(node, epoch, (tx) => {
      const forgetful: InboxTransaction = {
        ...tx, known: () => Promise.resolve([]), appliedOrder: async (patient) => Math.min(await tx.appliedOrder(patient), 0),
        insert: async (rows) => {
          const there = new Set((await tx.known(rows.map((row) => row.seq))).map((row) => row.seq))
          await tx.insert(rows.filter((row) => !there.has(row.seq)))
        },
      }
      return task(forgetful)
    }),
  })
  beforeAll(async () => {
    hospital = await testHospital()
    center = await testCenter({ wrapInbox: withoutDedupe })
    await center.enrol(hospital)
    await center.start()
  })
  afterAll(async () => {
    await hospital.close()
    await center.close()
  })

  it('is caught: the repeated batch takes effect twice', async () => {
    for (const patient of ['p1', 'p2', 'p3']) await hospital.commit(patient, 'một lần')
    await hospital.sealer.seal()
    const wire = createHttpTransport({ url: center.url })
    const doubled: Transport = { hello: (...message) => wire.hello(...message), batch: async (...message) => (await wire.batch(...message), wire.batch(...message)) }
    await hospital.drain(hospital.sender(center.identity, doubled))
    expect([...(await effects(center.database)).values()]).toEqual([2, 2, 2])
    await expect(expectWhole(hospital, center, 3)).rejects.toThrow()
  })
})
