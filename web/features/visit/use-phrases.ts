/** What a text of the sheet does with phrases while it is typed. Reads the text itself, not keys, so that it holds whatever input method composes the letters. */
import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue'
import type { Phrase } from '#api/model/visit-aids.ts'
import { isComposing } from '#web/ui/keyboard.ts'
import { cursorIn, exactPhrase, findPhrases, findPlace, findShortName, type Span } from './phrase-text.ts'

export interface PhraseTyping {
  readonly shown: ComputedRef<readonly Phrase[]>
  readonly active: Ref<number>
  /** What is selected in the text; '' for nothing. */
  readonly selected: Ref<string>
  take(phrase: Phrase): void
  onInput(event: Event): void
  onKeydown(event: KeyboardEvent): void
  onSelect(event: Event): void
  close(): void
}

/** Shorter than a word or two is no phrase. */
const LEAST_SELECTED = 8

export function usePhrases(phrases: () => readonly Phrase[], section: () => string, keep: () => void): PhraseTyping {
  const area = shallowRef<HTMLTextAreaElement>()
  const word = ref<string>()
  const active = ref(-1)
  const selected = ref('')
  const shown = computed(() => (word.value === undefined ? [] : findPhrases(word.value, phrases(), section())))

  const close = (): void => { word.value = undefined; active.value = -1 }
  const select = ({ start, end }: Span): void => area.value?.setSelectionRange(start, end)
  /** As if it had been typed: whoever listens to the text hears of it. */
  function replace({ start, end }: Span, phrase: Phrase): void {
    const { text } = phrase.body
    close()
    area.value?.setRangeText(text, start, end, 'end')
    select(cursorIn(text, start))
    area.value?.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const here = (spaced = false) => (area.value ? findShortName(area.value.value, area.value.selectionEnd, spaced) : undefined)
  function take(phrase: Phrase): void {
    const short = here()
    if (short) replace(short, phrase)
  }
  function move(step: number): void {
    const count = shown.value.length
    active.value = active.value < 0 ? (step > 0 ? 0 : count - 1) : (active.value + step + count) % count
  }
  /** True when the list has taken the key. */
  function onListKey(key: string): boolean {
    if (shown.value.length === 0) return false
    const chosen = shown.value[active.value]
    if (key === 'ArrowDown' || key === 'ArrowUp') move(key === 'ArrowDown' ? 1 : -1)
    else if (key === 'Escape') close()
    else if (key === 'Enter' && chosen) take(chosen)
    else if (key === 'Tab') {
      const phrase = chosen ?? exactPhrase(word.value ?? '', phrases(), section())
      if (!phrase) return false
      take(phrase)
    } else return false
    return true
  }
  /** Tab goes to the next place to fill in, and out of the text when there is none. */
  function toNextPlace(): boolean {
    const place = area.value && findPlace(area.value.value, area.value.selectionEnd)
    if (place) select(place)
    return place !== undefined
  }
  return {
    shown, active, selected, take, close,
    onInput(event) {
      if (!(event.target instanceof HTMLTextAreaElement)) return
      area.value = event.target
      selected.value = ''
      active.value = -1
      const composing = 'isComposing' in event && event.isComposing === true
      const spaced = composing ? undefined : here(true)
      const phrase = spaced && spaced.word !== '' ? exactPhrase(spaced.word, phrases(), section()) : undefined
      if (spaced && phrase) replace(spaced, phrase)
      else word.value = here()?.word
    },
    onKeydown(event) {
      if (isComposing(event) || !(event.target instanceof HTMLTextAreaElement) || event.target.readOnly) return
      area.value = event.target
      const { key, ctrlKey, altKey, shiftKey } = event
      if (altKey && event.code === 'KeyM' && selected.value !== '') { event.preventDefault(); keep(); return }
      if (ctrlKey || altKey || shiftKey) return
      if (!onListKey(key) && !(key === 'Tab' && toNextPlace())) return
      event.preventDefault()
      event.stopPropagation()
    },
    onSelect(event) {
      if (!(event.target instanceof HTMLTextAreaElement) || event.target.readOnly) return
      const { value, selectionStart, selectionEnd } = event.target
      const text = value.slice(selectionStart, selectionEnd).trim()
      selected.value = text.length < LEAST_SELECTED || /^\{[^{}]*\}$/.test(text) ? '' : text
    },
  }
}
