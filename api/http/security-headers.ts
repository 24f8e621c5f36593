/** Headers of every answer: a Content-Security-Policy that allows this origin only and no inline script (https://www.w3.org/TR/CSP3/, OWASP ASVS 5 V3.4). */
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import fastify from 'fastify'

/** `tls`: the public address is https, so the browser may insist on it. */
const helmetOptions = (tls: boolean): FastifyHelmetOptions => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      frameSrc: ["'self'", 'blob:'],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      // PDFs of this origin are shown in frames of this origin.
      frameAncestors: ["'self'"],
      ...(tls ? { upgradeInsecureRequests: [] } : {}),
    },
  },
  crossOriginEmbedderPolicy: false,
  crossOriginOpenerPolicy: { policy: 'same-origin' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'sameorigin' },
  hsts: tls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
})

const PERMISSIONS_POLICY = 'accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()'

/** By lower-case name. None depends on the request, and helmet makes the policy's text anew for each: so it is asked once. */
export const securityHeaders = async (tls: boolean): Promise<Readonly<Record<string, string>>> => {
  const asked = fastify()
  const made: Record<string, string> = { 'permissions-policy': PERMISSIONS_POLICY }
  await asked.register(helmet, helmetOptions(tls))
  asked.get('/', async (_request, reply) => {
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) made[name] = String(value)
    return ''
  })
  await asked.inject('/')
  await asked.close()
  return made
}
