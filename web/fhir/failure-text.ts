/** The sentence for a failure in the user's language. */
import { OUTCOMES } from '#api/model/outcome.ts'
import { i18n } from '#web/i18n/index.ts'
import { RequestError } from './request-error.ts'

/** Anything thrown, as one sentence; what is not a RequestError is a fault of ours and reads as a bad answer. */
export const failureText = (error: unknown): string => {
  const { t, locale } = i18n.global
  if (!(error instanceof RequestError) || error.code === 'bad-answer') return t('shell.badAnswer')
  if (error.code === 'network') return t('shell.networkError')
  return OUTCOMES[error.code][locale.value === 'vi' ? 'vi' : 'en']
}

export const isFailure = (error: unknown, ...codes: RequestError['code'][]): error is RequestError => error instanceof RequestError && codes.includes(error.code)
