/** What an error of the database means: a lost connection and an overload have names of their own, anything else stays what it is. */
import { outcome, Outcome } from '../../model/outcome.ts'

/** PostgreSQL's code of an error (https://www.postgresql.org/docs/current/errcodes-appendix.html), or the system's. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Class 08 and 57P: the server or the way to it is gone; 53: it has no room. */
const UNAVAILABLE = /^(08...|57P0.|53...|ECONN.*|EPIPE|ETIMEDOUT|ENOTFOUND)$/

/** PostgreSQL answered, and with an error: it has done nothing of the transaction. What came of a statement whose connection was lost nobody knows. */
export const isRefusal = (error: unknown): boolean => {
  const code = errorCode(error instanceof Outcome ? error.cause : error) ?? ''
  return /^[0-9A-Z]{5}$/.test(code) && !UNAVAILABLE.test(code)
}

/** Turns a failure to reach the database into database-unavailable; anything else stays what it is. */
export const toOutcome = (error: unknown): unknown => {
  if (error instanceof Outcome || !(error instanceof Error)) return error
  // query_canceled (by statement_timeout), lock_not_available
  if (['57014', '55P03'].includes(errorCode(error) ?? '')) return Object.assign(outcome('overloaded', { diagnostics: error.message }), { cause: error })
  if (UNAVAILABLE.test(errorCode(error) ?? '') || /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(error.message)) {
    return outcome('database-unavailable', { diagnostics: error.message })
  }
  return error
}
