/** Text that stands in a list's field and was never chosen, or in a date's and is none: it would be lost without a word when the form is sent. */
import { showToast } from './toasts.ts'

/** Leads to the first such field and says so; false when there is none. */
export function stopAtUntaken(message: string): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-untaken] input, input[data-untaken]')
  if (!field) return false
  field.focus()
  showToast(message, 'info')
  return true
}
