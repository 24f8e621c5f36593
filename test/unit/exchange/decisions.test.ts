/** The decisions of the protocol that hang on numbers only. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideApply } from '#api/exchange/core/apply-decision.ts'
import { backOff, FIRST_DELAY, LONGEST_DELAY, LONGEST_UNREACHABLE } from '#api/exchange/core/back-off.ts'
import { decideResume } from '#api/exchange/core/resume.ts'
import { sealOrder } from '#api/exchange/core/seal-order.ts'
import type { HelloAnswer, JournalHead, Unsealed } from '#api/model/exchange.ts'

describe('whether an entry takes effect', () => {
  it('applies the next of a patient, parks a later one, and never applies a number twice', () => {
    expect(decideApply(1, 0)).toEqual({ do: 'apply' })
    expect(decideApply(5, 4)).toEqual({ do: 'apply' })
    expect(decideApply(6, 4)).toEqual({ do: 'park' })
    expect(decideApply(4, 4)).toEqual({ do: 'quarantine', reason: 'order-reused' })
  })
  it('applies what stands outside any patient in any order', () => {
    expect(decideApply(0, 9)).toEqual({ do: 'apply' })
  })
})

describe('the order of sealing', () => {
  const rows = fc.array(fc.record({ patient: fc.constantFrom(null, 'a', 'b', 'c'), jid: fc.bigInt({ min: 0n, max: 10_000n }) }), { maxLength: 40 })
    .map((list): Unsealed[] => {
      const count = new Map<string, number>()
      return list.map(({ patient, jid }, i) => {
        const pseq = patient === null ? 0 : (count.get(patient) ?? 0) + 1
        if (patient !== null) count.set(patient, pseq)
        return { jid: jid * 100n + BigInt(i), patient, pseq }
      })
    })

  it('ascends within each patient, whatever the clocks of the writers were', () => {
    fc.assert(fc.property(rows, (list) => {
      const order = sealOrder(list)
      expect([...order].sort((a, b) => Number(a.jid - b.jid))).toEqual([...list].sort((a, b) => Number(a.jid - b.jid)))
      for (const patient of ['a', 'b', 'c']) {
        const pseqs = order.filter((row) => row.patient === patient).map((row) => row.pseq)
        expect(pseqs).toEqual([...pseqs].sort((x, y) => x - y))
      }
    }))
  })

  it('is the order of writing where that already fits', () => {
    const list = [{ jid: 1n, patient: 'a', pseq: 1 }, { jid: 2n, patient: null, pseq: 0 }, { jid: 3n, patient: 'b', pseq: 1 }, { jid: 4n, patient: 'a', pseq: 2 }]
    expect(sealOrder([...list].reverse())).toEqual(list)
  })
})

describe('waiting after a failure', () => {
  it('doubles, is spread, is never longer than 15 s and never stops', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, random) => {
      const wait = backOff(attempts, random)
      expect(wait).toBeGreaterThanOrEqual(FIRST_DELAY / 2)
      expect(wait).toBeLessThanOrEqual(LONGEST_DELAY)
    }))
    expect([1, 2, 3, 4, 40].map((attempts) => backOff(attempts, 0))).toEqual([500, 1000, 2000, 4000, 7_500])
    expect([1, 2, 3, 4, 40].map((attempts) => backOff(attempts, 0.5, LONGEST_UNREACHABLE))).toEqual([750, 1500, 3000, 3750, 3750])
  })
})

describe('what HELLO decides', () => {
  const head: JournalHead = { epoch: 'e', seq: 10, hash: 'h10', unsealed: 0 }
  const answer = (over: Partial<HelloAnswer>): HelloAnswer => ({
    proto: '1.0', iss: 'center', aud: 'h900', epoch: 'e', nonce: 'n', received: { cursor: 4, ranges: [] }, cursorHash: 'h4', headSeen: 4,
    outcomes: { applied: { cursor: 4, ranges: [] }, parked: 0, quarantined: [], quarantinedCount: 0 }, centerEpoch: '', centerHead: 0, wanted: [], clock: '', ...over,
  })

  it('goes on from what the center has', () => {
    expect(decideResume(head, answer({}), 'h4')).toEqual({ do: 'send', received: { cursor: 4, ranges: [] } })
    expect(decideResume(head, answer({ received: { cursor: 0, ranges: [] }, cursorHash: '', headSeen: 0 }), undefined).do).toBe('send')
  })
  it('stops when the center has seen more than the node knows, or other content', () => {
    expect(decideResume(head, answer({ headSeen: 11 }), 'h4').do).toBe('stop')
    expect(decideResume(head, answer({ received: { cursor: 4, ranges: [[12, 12]] }, headSeen: 4 }), 'h4').do).toBe('stop')
    expect(decideResume(head, answer({}), 'other').do).toBe('stop')
    expect(decideResume(head, answer({}), undefined).do).toBe('stop')
  })
})
