import { describe, expect, it } from 'vitest'
import { alertsOf, CHECK_KINDS, type Check, type CheckReport } from '#api/model/safety.ts'
import { lineState, unanswered } from '#web/features/visit/line-state.ts'

const words = (text: string) => ({ vi: text, en: text })
const clear = (kind: Check['kind']): Check => ({ kind, verdict: 'clear', rule: `${kind}:clear`, key: kind, words: words(''), lines: ['a'] })
const all = CHECK_KINDS.map(clear)
const alert = (verdict: Check['verdict'], key: string): Check => ({ kind: 'interaction', verdict, rule: `interaction:${key}`, key, words: words(key), lines: ['a', 'b'] })
const gap = (kind: Check['kind'], why: string): Check => ({ ...clear(kind), verdict: 'not-checked', words: words(why) })
const report = (...lines: readonly (readonly Check[])[]): CheckReport => ({ at: '2026-11-28T10:42:00+07:00', tables: [], lines: lines.map((checks, at) => ({ line: ['a', 'b'][at] ?? '?', checks })) })
const tone = (found: CheckReport | undefined): string => lineState('a', found).tone

describe('a drug line', () => {
  it('has a tick only where every kind was answered and clear', () => {
    expect(tone(report(all))).toBe('clear')
    for (const kind of CHECK_KINDS) {
      expect([kind, tone(report(all.filter((check) => check.kind !== kind)))]).toEqual([kind, 'partly'])
      expect([kind, tone(report(all.map((check) => (check.kind === kind ? gap(kind, 'x') : check))))]).toEqual([kind, 'partly'])
    }
  })

  it('is not checked without an answer about it, with an empty one, or before the answer has come', () => {
    expect([tone(undefined), tone(report()), tone(report([])), lineState('b', report(all)).tone]).toEqual(['unchecked', 'unchecked', 'unchecked', 'unchecked'])
    expect(tone(report(CHECK_KINDS.map((kind) => gap(kind, 'x'))))).toBe('none')
  })

  it('shows the gravest of its alerts, and beside it what was not checked, kinds of one reason together', () => {
    const state = lineState('a', report([...all.slice(0, 2), alert('note', 'n'), alert('second-person', 's'), ...all.slice(3, 4), gap('age', 'chưa có ngày sinh'), gap('kidney', 'chưa có ngày sinh'), gap('pregnancy', 'chưa hỏi')]))
    expect([state.tone, state.judged, state.gaps.map(({ kinds, why }) => `${kinds.join('+')}: ${why?.vi}`)]).toEqual(['second-person', 4, ['age+kidney: chưa có ngày sinh', 'pregnancy: chưa hỏi']])
  })
})

describe('alerts of the sheet', () => {
  const found = report([...all, alert('note', 'n'), alert('reason', 'r'), alert('second-person', 's')], [alert('second-person', 's')])
  it('stand once each, the gravest first', () => {
    expect(alertsOf(found).map(({ key }) => key)).toEqual(['s', 'r', 'n'])
  })

  it('wait for a reason, for words where the reason is another one, and for the second person', () => {
    const open = (...overrides: Parameters<typeof unanswered>[1]): string => unanswered(found, overrides).map(({ key }) => key).join()
    expect([open(), open({ key: 'r', reason: 'benefit', text: '' }), open({ key: 'r', reason: 'other', text: ' ' }), open({ key: 's', reason: 'benefit', text: '' })]).toEqual(['s,r', 's', 's,r', 's,r'])
    expect(open({ key: 's', reason: 'benefit', text: '', confirmation: 'c' }, { key: 'r', reason: 'other', text: 'đã hội chẩn' })).toBe('')
  })
})
