/** What the log may hold: route patterns, statuses, times and stack frames; no address with values, no body, nothing of a patient. */
import type { Outcome } from '../model/outcome.ts'

/** Messages of libraries quote what they were given; quoted parts and long numbers are left out. */
const withoutValues = (message: string): string =>
  message.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|\([^()]*\)=\([^()]*\)/g, '"…"').replaceAll(/\d{5,}/g, '…').slice(0, 300)

/** An error as the log may hold it. */
export const describeError = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { thrown: typeof error }
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: withoutValues(error.message),
    frames: (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')).slice(0, 12).map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}

/** A 5xx in the log: the named failure and what was thrown. */
export const describeFailure = (failure: Outcome, thrown: unknown): Record<string, unknown> =>
  ({ outcome: failure.code, error: describeError(thrown) })
