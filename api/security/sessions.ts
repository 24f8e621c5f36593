/** The life of a session: 30 minutes without use, 12 hours in all (NIST SP 800-63B AAL2; ASVS 5.0 V7.3), and the cookies that carry it. */
import type { OpenSession } from '../model/people.ts'

export const IDLE_MS = 30 * 60_000
export const ABSOLUTE_MS = 12 * 3_600_000
/** Use is written down at most so often. */
export const TOUCH_MS = 30_000
/** Browsers keep no cookie longer than 400 days. */
const DEVICE_SECONDS = 400 * 86_400

export const CSRF_HEADER = 'x-emr-csrf'
/** A request that the page makes by itself says so, and does not keep the session alive. */
export const BACKGROUND_HEADER = 'x-emr-background'

/** Instant at which the session ends without further use. */
export const expiryOf = (session: Pick<OpenSession, 'createdAt' | 'usedAt'>): Date =>
  new Date(Math.min(session.usedAt.getTime() + IDLE_MS, session.createdAt.getTime() + ABSOLUTE_MS))

export interface CookieNames { readonly session: string; readonly device: string; readonly secure: boolean }

/** Cookies do not tell ports apart, so each site has its own names; under TLS `__Host-` binds them to this host and to Secure. */
export const cookieNames = (site: 'hospital' | 'center' | 'training', publicUrl: string): CookieNames => {
  const secure = publicUrl.startsWith('https://')
  const prefix = secure ? '__Host-' : ''
  return { session: `${prefix}emr-${site}`, device: `${prefix}emr-${site}-device`, secure }
}

const cookie = (name: string, value: string, secure: boolean, maxAge?: number): string =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}${maxAge === undefined ? '' : `; Max-Age=${maxAge}`}`

export const sessionCookie = (names: CookieNames, token: string): string => cookie(names.session, token, names.secure)
export const noSessionCookie = (names: CookieNames): string => cookie(names.session, '', names.secure, 0)
export const deviceCookie = (names: CookieNames, token: string): string => cookie(names.device, token, names.secure, DEVICE_SECONDS)
