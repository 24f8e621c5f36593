/** What was scanned or typed into the one box of the desk: a citizen card's QR text, a number, or words of a name. */
import { parseCitizenCard, type CitizenCard } from '#api/model/citizen-card.ts'
import { parseInsuranceNumber } from '#api/model/insurance-card.ts'

export type ScanInput =
  | { readonly kind: 'empty' }
  | { readonly kind: 'card'; readonly card: CitizenCard }
  /** Bars, so a card was meant, but it does not read as one. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'citizen'; readonly value: string }
  | { readonly kind: 'insurance'; readonly value: string }
  | { readonly kind: 'words'; readonly text: string }

export const parseScanInput = (typed: string): ScanInput => {
  const text = typed.trim()
  if (text === '') return { kind: 'empty' }
  const card = parseCitizenCard(text)
  if (card) return { kind: 'card', card }
  if (text.includes('|')) return { kind: 'unreadable' }
  const insurance = parseInsuranceNumber(text)
  if (insurance?.kind === 'citizen') return { kind: 'citizen', value: insurance.value }
  if (insurance) return { kind: 'insurance', value: insurance.value }
  return { kind: 'words', text }
}
