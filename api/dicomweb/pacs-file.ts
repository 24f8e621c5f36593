/** The PACS of a hospital as its administrator writes it into a file: where DICOMweb answers, by which authority, and where its password stands. */
import { z } from 'zod'

const File = z.strictObject({
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u, 'letters, digits, spaces, at most 40').default('PACS'),
  /** Base of QIDO-RS and WADO-RS, e.g. https://orthanc.hospital.example:8043/dicom-web */
  url: z.string().max(500).transform((text, context) => {
    const url = URL.parse(text)
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
      context.addIssue({ code: 'custom', message: 'must be http(s)://host[:port]/path, without user, query or fragment' })
      return z.NEVER
    }
    return url
  }),
  /** File with the certificates (PEM) of the authority that vouches for it; none: those of this machine. */
  ca: z.string().min(1).max(500).optional(),
  /** File with {"user", "password"} or {"token"}, readable by its owner alone. */
  credentials: z.string().min(1).max(500).optional(),
})
export type PacsFile = z.infer<typeof File>

const printable = z.string().min(1).max(4000).regex(/^[\x21-\x7e]+$/, 'printable ASCII')
const Credentials = z.union([z.strictObject({ user: z.string().min(1).max(200).regex(/^[^:\p{Cc}]+$/u, 'no colon'), password: z.string().min(1).max(1000) }), z.strictObject({ token: printable })])

const readJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`EMR_PACS: ${what} is not JSON`)
  }
}

/** Throws with a line that says what is wrong. */
export const parsePacs = (text: string): PacsFile => {
  const result = File.safeParse(readJson(text, 'the file'))
  if (!result.success) throw new Error(`EMR_PACS: ${result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`)
  return result.data
}

/** The Authorization header (RFC 7617, RFC 6750). `mode`: of the file. Throws with a line that repeats nothing of it. */
export const parseCredentials = (text: string, mode: number): string => {
  if ((mode & 0o077) !== 0) throw new Error('EMR_PACS: the file with the credentials must be readable by its owner alone (chmod 600)')
  const result = Credentials.safeParse(readJson(text, 'the file with the credentials'))
  if (!result.success) throw new Error('EMR_PACS: the credentials are {"user", "password"} or {"token"}')
  return 'token' in result.data ? `Bearer ${result.data.token}` : `Basic ${Buffer.from(`${result.data.user}:${result.data.password}`, 'utf8').toString('base64')}`
}
