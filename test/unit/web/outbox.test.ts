/** What waits, what goes by itself and in which order, which draft a visit opens with, and what a PC keeps to be read without the server. */
import { describe, expect, it } from 'vitest'
import type { Draft } from '#api/model/site.ts'
import type { Fate, LocalDraft } from '#web/device/draft-rows.ts'
import { keptAddress } from '#web/device/kept-addresses.ts'
import { dueOf, nextOf, waitingOf } from '#web/device/outbox-view.ts'
import { chooseDraft } from '#web/features/visit/choose-draft.ts'

const NOW = Date.parse('2026-11-22T03:00:00Z')
const draft = (name: string, fate: Partial<Fate>, body = name): LocalDraft & { name: string; fate: Fate } =>
  ({ name, body, updatedAt: '2026-11-22T02:59:00Z', fate: { want: 'draft', sent: false, base: 0, since: '2026-11-22T02:00:00Z', patient: 'Nguyễn Văn Mẫu', path: '/', ...fate } })
const names = (items: readonly { readonly name: string }[]): string[] => items.map(({ name }) => name)

describe('the outbox', () => {
  const drafts = [
    draft('new', { since: '2026-11-22T02:59:55Z' }), draft('sent', { sent: true }), draft('later', { since: '2026-11-22T02:30:00Z', reason: 'network' }), draft('first', { since: '2026-11-22T01:00:00Z' }),
    draft('merge', { since: '2026-11-22T00:30:00Z', reason: 'merge' }), draft('closed', { want: 'save', reason: 'visit-closed' }), draft('expired', { reason: 'session-expired', since: '2026-11-22T02:40:00Z' }), { name: 'of before', body: '', updatedAt: '2026-11-22T02:00:00Z' },
  ]
  it('shows what the server has not, but for what was typed this moment', () => {
    expect(names(waitingOf(drafts, NOW))).toEqual(['merge', 'first', 'closed', 'later', 'expired'])
  })
  it('sends the oldest first, and by itself nothing that needs somebody', () => {
    expect(names(dueOf(drafts))).toEqual(['first', 'later', 'expired', 'new'])
    expect(names(dueOf(drafts, 'merge'))).toEqual(['merge'])
  })
  it('says what happens next', () => {
    expect(waitingOf(drafts, NOW).map((item) => nextOf(item, true))).toEqual(['merge', 'soon', 'refused', 'soon', 'session'])
    expect(nextOf(draft('x', {}), false)).toBe('line')
  })
})

describe('the draft that a visit opens with', () => {
  const here = (fate: Partial<Fate> | undefined, body = 'here', updatedAt = '2026-11-22T02:00:00Z'): LocalDraft => ({ body, updatedAt, ...(fate && { fate: draft('', fate).fate }) })
  const there = (version: number, body = 'there', updatedAt = '2026-11-22T02:30:00Z'): Draft => ({ key: 'visit-e', version, body, updatedAt })
  it('is the only one there is', () => {
    expect(chooseDraft(undefined, undefined)).toEqual({ base: 0 })
    expect(chooseDraft(undefined, there(3))).toMatchObject({ draft: { body: 'there' }, base: 3 })
    expect(chooseDraft(here({ base: 4 }), undefined)).toMatchObject({ draft: { body: 'here' }, base: 4 })
  })
  it('is what was typed here behind what the server has, whatever the clocks say', () => {
    expect(chooseDraft(here({ base: 3 }), there(3))).toEqual({ draft: here({ base: 3 }), base: 3 })
  })
  it('is the newer of two that do not know each other, and the other one is put aside', () => {
    expect(chooseDraft(here({ base: 2 }), there(3))).toMatchObject({ draft: { body: 'there' }, base: 3, aside: { body: 'here' } })
    expect(chooseDraft(here({ base: 2 }, 'here', '2026-11-22T02:45:00Z'), there(3))).toMatchObject({ draft: { body: 'here' }, base: 3, aside: { body: 'there' } })
  })
  it('leaves nothing aside that the server once had, or that is the same', () => {
    expect(chooseDraft(here({ base: 2, sent: true }), there(3))).toEqual({ draft: there(3), base: 3 })
    expect(chooseDraft(here({ base: 2 }, 'there'), there(3))).toEqual({ draft: there(3), base: 3 })
  })
})

it('a PC keeps visits, charts and the queue, and nothing else', () => {
  expect(['/api/visits/e1', '/api/visits/e1/results', '/api/patients/p1/chart', '/api/patients/p1/timeline', '/api/documents?patient=p1', '/api/queue?department=k'].map((url) => keptAddress(url)?.what)).toEqual(['visit', 'results', 'chart', 'timeline', 'documents', 'queue'])
  expect(['/api/session', '/api/patients/p1/timeline?cursor=x', '/api/patients?q=a', '/api/visits/e1/previews/a/0', '/api/drafts/visit-e1', '/api/queue?department=k&day=2026-11-01'].map(keptAddress)).toEqual(Array.from({ length: 6 }))
})
