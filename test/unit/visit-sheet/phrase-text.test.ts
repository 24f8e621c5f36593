/** Phrases in a text: short names, what may stand where, places to fill in. */
import { describe, expect, it } from 'vitest'
import type { Phrase } from '#api/model/visit-aids.ts'
import { cursorIn, exactPhrase, findPhrases, findPlace, findShortName, openPlaces } from '#web/features/visit/phrase-text.ts'
import { emptyVisitForm } from '#web/features/visit/visit-form.ts'

const phrase = (name: string, scope: Phrase['scope'] = 'person', section?: 'examination' | 'plan'): Phrase => ({ id: `${scope}-${name}`, version: 1, scope, name, mayChange: true, body: { kind: 'phrase', text: name, ...(section && { section }) } })

describe('a short name', () => {
  const word = (text: string, spaced = false): string | undefined => findShortName(text, text.length, spaced)?.word
  it('stands behind a dot at the begin of a word, and is read without accents', () => {
    expect(['.hong', 'Sốt. .ho', 'Khám:\n.bt', '(.bt', '.', '.hông'].map((text) => word(text))).toEqual(['hong', 'ho', 'bt', 'bt', '', 'hong'])
  })
  it('is no decimal point, no end of a sentence, and ends at the cursor', () => {
    expect(['38.5', 'đau họng.Sốt', 'hết.', '.ho khan', ''].map((text) => word(text))).toEqual([undefined, undefined, undefined, undefined, undefined])
    expect(findShortName('a .hong b', 7)).toEqual({ start: 2, end: 7, word: 'hong' })
  })
  it('takes the space behind it along', () => {
    expect(findShortName('a .hong ', 8, true)).toEqual({ start: 2, end: 8, word: 'hong' })
    expect([word('.hong', true), word('.hong  ', true)]).toEqual([undefined, undefined])
  })
})

describe('phrases', () => {
  const all = [phrase('hong', 'hospital'), phrase('hong', 'department', 'examination'), phrase('ho', 'person'), phrase('hen', 'person', 'plan')]
  it('are offered where they may stand: those made for the text first, then one\'s own', () => {
    expect(findPhrases('h', all, 'examination').map(({ id }) => id)).toEqual(['department-hong', 'person-ho', 'hospital-hong'])
    expect(findPhrases('h', all, 'plan').map(({ id }) => id)).toEqual(['person-hen', 'person-ho', 'hospital-hong'])
  })
  it('are taken by their whole name alone', () => {
    expect(exactPhrase('hong', all, 'history')?.id).toBe('hospital-hong')
    expect([exactPhrase('hon', all, 'examination'), exactPhrase('hen', all, 'examination')]).toEqual([undefined, undefined])
  })
})

describe('a place', () => {
  it('is found from the cursor on', () => {
    const text = 'Sốt {số} ngày, ho {khan/đờm}'
    expect([findPlace(text, 0), findPlace(text, 5), findPlace(text, 19), findPlace('{}', 0), findPlace('{a\nb}', 0)]).toEqual([{ start: 4, end: 8 }, { start: 18, end: 28 }, undefined, undefined, undefined])
  })
  it('that comes first is where the cursor goes, else the end', () => {
    expect([cursorIn('Sốt {số} ngày', 10), cursorIn('Phổi trong', 10)]).toEqual([{ start: 14, end: 18 }, { start: 20, end: 20 }])
  })
  it('that nobody filled in is known before the visit is signed', () => {
    const form = emptyVisitForm()
    expect(openPlaces({ reason: 'Ho {số} ngày', notes: { ...form.notes, plan: 'Tái khám sau {ngày}' } })).toEqual(['{số}', '{ngày}'])
    expect(openPlaces(form)).toEqual([])
  })
})
