/** What the center does not take: unknown nodes, changed bytes, messages meant for others, numbers used twice. Nothing of it is stored. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeBatch } from '#api/exchange/core/batch.ts'
import { createMessageSigner, zstd } from '#api/exchange/envelope.ts'
import { readOrMakeNodeKey, writeEnrolment } from '#api/exchange/node-key.ts'
import { createHttpTransport } from '#api/exchange/transport/https.ts'
import { WIRE, type Manifest, type MessageSigner, type SealedEntry } from '#api/model/exchange.ts'
import { enrolNode } from '#api/store/center/node-registry.ts'
import { inboxStates, TENANT, testCenter, testHospital, type TestCenter, type TestHospital } from './sites.ts'

describe('the center refuses', () => {
  let hospital: TestHospital
  let center: TestCenter
  let signer: MessageSigner
  let entries: { seq: number; entry: SealedEntry }[]
  let epoch: string
  const wire = () => createHttpTransport({ url: center.url })

  beforeAll(async () => {
    hospital = await testHospital()
    center = await testCenter()
    await center.enrol(hospital)
    await center.start()
    signer = createMessageSigner('h900', (await readOrMakeNodeKey(hospital.secrets)).key)
    for (const patient of ['p1', 'p2']) await hospital.commit(patient, 'ghi')
    await hospital.sealer.seal()
    entries = await hospital.journal.next({ cursor: 0, ranges: [] }, { entries: 10, bytes: 1e6 })
    epoch = (await hospital.journal.head()).epoch
  })
  afterAll(async () => {
    await hospital.close()
    await center.close()
  })

  const batch = (over: Partial<Manifest> = {}, what = entries): Promise<Uint8Array> => zstd.compress(encodeBatch(
    { proto: '1.0', iss: 'h900', aud: 'center', epoch, seqs: what.map(({ seq }) => seq), dict: null, iat: 0, count: what.length, ...over }, what.map(({ entry }) => entry)))
  const send = async (body: Uint8Array, by = signer): Promise<unknown> => wire().batch(body, await by.signBytes('xp1-batch', body))
  const refused = (reason: string) => ({ reason: `refused: ${reason}` })

  it('a batch with one changed byte, wherever it is', async () => {
    const body = await batch()
    const signature = await signer.signBytes('xp1-batch', body)
    for (let at = 0; at < body.length; at += Math.ceil(body.length / 40)) {
      const changed = body.slice()
      changed[at] = (changed[at] ?? 0) ^ 0x10
      await expect(wire().batch(changed, signature)).rejects.toMatchObject(refused('signature-invalid'))
    }
    expect(await inboxStates(center.database)).toEqual({})
  })

  it('a node that is not enrolled, a key that is not the node\'s, a message of another kind', async () => {
    const body = await batch()
    const { key } = await readOrMakeNodeKey(center.secrets)
    await expect(send(body, createMessageSigner('h901', key))).rejects.toMatchObject(refused('node-unknown'))
    await expect(send(body, createMessageSigner('h900', key))).rejects.toMatchObject(refused('signature-invalid'))
    await expect(wire().batch(body, await signer.signBytes('xp1-hello', body))).rejects.toMatchObject(refused('signature-invalid'))
    expect((await fetch(`${center.url}${WIRE.batches}`, { method: 'POST', headers: { 'content-type': WIRE.batchType }, body: Buffer.from(body) })).status).toBe(403)
    expect((await fetch(`${center.url}${WIRE.batches}`, { method: 'POST', headers: { 'content-type': 'application/json', [WIRE.signature]: 'x' }, body: '{}' })).status).toBe(415)
  })

  it('a signed batch for someone else, in another\'s name, of another protocol, or that does not expand', async () => {
    await expect(send(await batch({ aud: 'h901' }))).rejects.toMatchObject(refused('audience-mismatch'))
    await expect(send(await batch({ iss: 'h901' }))).rejects.toMatchObject(refused('issuer-mismatch'))
    await expect(send(await batch({ proto: '2.0' }))).rejects.toMatchObject(refused('proto-unknown'))
    await expect(send(await batch({ count: 5 }))).rejects.toMatchObject(refused('batch-malformed'))
    await expect(send(new TextEncoder().encode('not compressed'))).rejects.toMatchObject(refused('compression-invalid'))
    expect(await inboxStates(center.database)).toEqual({})
    const { rows } = await (await center.db.open(0)).pool.query('select last_error from node where tenant = 0')
    expect(rows).toEqual([{ last_error: 'compression-invalid' }])
  })

  it('a number that comes again with other content, and keeps the first', async () => {
    await send(await batch())
    const [first, second] = entries
    if (first === undefined || second === undefined) throw new Error('no entries')
    await expect(send(await batch({ seqs: [1], count: 1 }, [{ seq: 1, entry: second.entry }]))).rejects.toMatchObject(refused('sequence-reused'))
    expect(await inboxStates(center.database)).toEqual({ applied: 2 })
    await expect(send(await batch({ seqs: [1], count: 1 }, [first]))).resolves.toBeDefined()
  })

  it('the entries of one hospital under the signature of another: they are quarantined there and touch nobody\'s records', async () => {
    const { key, publicJwk } = await readOrMakeNodeKey(center.secrets)
    await enrolNode(await center.db.open(0), { tenant: 901, node: 'h901', name: 'Bệnh viện Quân y 901', publicJwk, authorityPem: 'BEGIN CERTIFICATE' })
    await send(await batch({ iss: 'h901' }), createMessageSigner('h901', key))
    const other = await center.db.open(901)
    expect((await other.pool.query<{ state: string; reason: string }>('select state, reason from inbox where tenant = 901')).rows).toEqual(Array(2).fill({ state: 'quarantined', reason: 'header-mismatch' }))
    expect((await other.pool.query('select 1 from resource where tenant = 901')).rowCount).toBe(0)
    expect(await inboxStates(center.database)).toEqual({ applied: 2 })
  })

  it('an answer that is not the center\'s own, at the hospital', async () => {
    const { publicJwk } = await readOrMakeNodeKey(hospital.secrets)
    expect(await hospital.drain(hospital.sender({ node: 'center', publicJwk }, { url: center.url }))).toEqual(['failed: answer-not-signed-by-center'])
  })

  it('another key for an enrolled hospital, but takes the same one again', async () => {
    await center.enrol(hospital)
    const { publicJwk } = await readOrMakeNodeKey(center.secrets)
    const enrolment = await writeEnrolment(hospital.secrets, { tenant: TENANT, name: 'Tên mới', authorityPem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' })
    await enrolNode(await center.db.open(0), enrolment)
    expect((await center.registry.find('h900'))?.name).toBe('Tên mới')
    await expect(enrolNode(await center.db.open(0), { ...enrolment, publicJwk })).rejects.toThrow('another key')
  })
})
