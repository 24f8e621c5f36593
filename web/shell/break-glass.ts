/**
 * Breaking the glass: a request refused with break-glass-needed asks for a reason in a dialog over the page, tells the server, and runs again.
 *   queryFn: () => withBreakGlass(patient, () => get(...))
 */
import { shallowRef } from 'vue'
import { post } from '#web/fhir/client.ts'
import { isFailure } from '#web/fhir/failure-text.ts'

export interface BreakGlassWish {
  readonly patient: string
  /** Shown when it is known; the server says nothing of a patient before the reason is given. */
  readonly name?: string
  answer(opened: boolean): void
}

/** What the dialog of the shell shows; undefined: nothing asked. */
export const breakGlassWish = shallowRef<BreakGlassWish>()

export const MIN_REASON = 10

export const askBreakGlass = (patient: string, name?: string): Promise<boolean> => {
  breakGlassWish.value?.answer(false)
  return new Promise((resolve) => {
    const wish: BreakGlassWish = {
      patient,
      ...(name === undefined ? {} : { name }),
      answer: (opened) => {
        if (breakGlassWish.value === wish) breakGlassWish.value = undefined
        resolve(opened)
      },
    }
    breakGlassWish.value = wish
  })
}

export const sendBreakGlass = (patient: string, reason: string): Promise<{ readonly until: string }> =>
  post('/api/break-glass', { patient, reason: reason.trim() })

/** Runs `work`; when it needs the glass broken and the user gives a reason, runs it once more. Without a reason the refusal stands. */
export const withBreakGlass = async <T>(patient: string, work: () => Promise<T>, name?: string): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (isFailure(error, 'break-glass-needed') && await askBreakGlass(patient, name)) return work()
    throw error
  }
}
