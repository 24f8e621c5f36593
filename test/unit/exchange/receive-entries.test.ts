/** What the receiver makes of entries that are not as they should be: kept as they came, quarantined with a reason, and nobody else is held up. */
import { describe, expect, it } from 'vitest'
import { NO_HASH, sha256 } from '#api/exchange/core/digest.ts'
import { encodeEntry, sealEntry } from '#api/exchange/core/entry.ts'
import { readHello, readOutcome, readReceipt } from '#api/exchange/core/messages.ts'
import { receiveEntries } from '#api/exchange/receive-entries.ts'
import type { EnrolledNode, EntryHeader, SealedEntry } from '#api/model/exchange.ts'
import { createCenter } from '#test/simulation/exchange/center.ts'
import { createChance } from '#test/simulation/exchange/random.ts'
import { keyOf } from '#test/simulation/exchange/seals.ts'

const node: EnrolledNode = { tenant: 900, node: 'h900', name: 'Bệnh viện Mẫu', publicJwk: keyOf('h900'), authorityPem: '' }

/** A chain of one entry for each header given, each correct unless `over` says otherwise. */
const chain = (...overs: Partial<EntryHeader>[]): SealedEntry[] => {
  let hash = NO_HASH
  return overs.map((over, i) => {
    const body = new TextEncoder().encode(`{"n":${i}}`)
    const part = sealEntry({
      schema: 1, node: 'h900', tenant: 900, epoch: 'e1', seq: i + 1, pseq: 1, patient: `p${i}`, prio: 2, kind: 'patient', at: '2026-11-22T00:00:00Z',
      items: [{ kind: 'resource', type: 'Observation', id: `o${i}`, version: 1, lastUpdated: '2026-11-22T00:00:00Z', deleted: false, immutable: false, length: body.length }], ...over,
    }, sha256(body), hash)
    hash = part.entryHash
    return { ...part, body }
  })
}

const receive = async (raws: readonly (Uint8Array | SealedEntry)[], center = createCenter(node, createChance(1), () => 0), first = 1) => {
  await center.inbox.transact(node, 'e1', (tx) => receiveEntries(tx, node, 'e1', raws.map((raw, i) => ({ seq: first + i, raw: raw instanceof Uint8Array ? raw : encodeEntry(raw) })), () => Promise.resolve('receipt')))
  return center
}
const states = (center: ReturnType<typeof createCenter>): string[] => [...center.state().rows.values()].sort((a, b) => a.seq - b.seq).map((row) => row.reason ?? row.state)

describe('an entry that is not as it should be', () => {
  it('is kept and quarantined with its reason, and the others take effect', async () => {
    const headers: [Partial<EntryHeader>, string][] = [
      [{}, 'applied'], [{ schema: 2 }, 'schema-unknown'], [{ kind: 'incomplete' }, 'version-missing'], [{ node: 'h901' }, 'header-mismatch'], [{ tenant: 901 }, 'header-mismatch'],
      [{ epoch: 'e0' }, 'header-mismatch'], [{ seq: 99 }, 'header-mismatch'], [{ patient: null }, 'header-mismatch'], [{ pseq: 0 }, 'header-mismatch'],
      [{ items: [{ kind: 'document', id: 'd', lengths: [1, 1, 1] }] }, 'body-length'], [{ patient: null, pseq: 0 }, 'applied'], [{}, 'applied'],
    ]
    expect(states(await receive(chain(...headers.map(([over]) => over))))).toEqual(headers.map(([, state]) => state))
  })

  it('may be no entry at all', async () => {
    const [good, next] = chain({}, {})
    if (good === undefined || next === undefined) throw new Error('no chain')
    const unreadable = encodeEntry({ ...good, header: new TextEncoder().encode('{}') })
    expect(states(await receive([new Uint8Array([1, 2, 3]), next]))).toEqual(['frame-cut', 'applied'])
    expect(states(await receive([unreadable, next]))).toEqual(['header-unreadable', 'applied'])
  })

  it('breaks the chain when it does not hang on its neighbours, whichever came first', async () => {
    const [one, two, three] = chain({}, {}, {})
    const [, other] = chain({ patient: 'else' }, {})
    if (!one || !two || !three || !other) throw new Error('no chain')
    expect(states(await receive([one, other, three]))).toEqual(['applied', 'chain-broken', 'applied'])
    const center = await receive([three], undefined, 3)
    await receive([one, other], center)
    expect(states(center)).toEqual(['applied', 'chain-broken', 'applied'])
    expect(states(await receive([two]))).toEqual(['header-mismatch'])
    expect(states(await receive(chain({}).map((entry) => ({ ...sealEntryAgain(entry, three.entryHash) }))))).toEqual(['chain-broken'])
  })

  it('cannot take a place in a patient\'s order that is taken', async () => {
    expect(states(await receive(chain({ patient: 'p' }, { patient: 'p', pseq: 2 }, { patient: 'p', pseq: 2 }, { patient: 'p', pseq: 4 })))).toEqual(['applied', 'applied', 'order-reused', 'parked'])
  })

  it('may not come again as another', async () => {
    const center = await receive(chain({}))
    await expect(receive(chain({ patient: 'else' }), center)).rejects.toThrow('sequence-reused')
    expect(states(center)).toEqual(['applied'])
  })
})

/** The same entry, chained to something else. */
const sealEntryAgain = (entry: SealedEntry, prevHash: Uint8Array): SealedEntry => {
  const header = JSON.parse(new TextDecoder().decode(entry.header)) as EntryHeader
  return { ...sealEntry(header, sha256(entry.body), prevHash), body: entry.body }
}

describe('a small message', () => {
  it('is refused by name when its shape is wrong', () => {
    for (const [read, reason] of [[readHello, 'hello-malformed'], [readReceipt, 'receipt-malformed'], [readOutcome, 'outcome-malformed']] as const) {
      expect(() => read({ iss: 'x' })).toThrow(reason)
      expect(() => read(undefined)).toThrow(reason)
    }
  })
})
