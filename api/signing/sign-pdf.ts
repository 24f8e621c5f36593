/** Signs a finished PDF: PAdES baseline B-B (ETSI EN 319 142-1), with a visible box: the first signature certifies, a second one stands behind it. */
import type { KeyObject } from 'node:crypto'
import type { VisibleBox } from '../model/ports.ts'
import { CMS_SPACE } from './algorithms.ts'
import { buildCms } from './cms.ts'
import { findRoom } from './signature-room.ts'

/** Three hundred modules, which a start and a site's worker do without. */
const loadStamp = (): Promise<typeof import('./stamp.ts')> => import('./stamp.ts')

export interface PdfSigning {
  readonly key: KeyObject
  readonly certificate: Uint8Array
  readonly authority: Uint8Array
  readonly name: string
  readonly role: string
  readonly reason: string
  readonly location: string
  readonly at: Date
  readonly box: VisibleBox
  /** Kept for a second signature. */
  readonly room?: VisibleBox
}

/** "22/11/2026 17:01:02 +07:00" */
export const shownTime = (at: Date): string => {
  const [date = '', time = ''] = new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 19).split('T')
  return `${date.split('-').reverse().join('/')} ${time} +07:00`
}

const stampOf = ({ name, role, reason, location, at }: Omit<PdfSigning, 'box'>, lead: string) =>
  ({ name, reason, location, at, lines: [`${lead} ${name}`, role, `Thời gian ký: ${shownTime(at)}`].filter((line) => line !== '') })

/** Fills the last empty signature of the file. */
const seal = (out: Buffer, signing: Omit<PdfSigning, 'box'>): Buffer => {
  const room = findRoom(out)
  const gapEnd = room.contents + 2 + CMS_SPACE * 2
  out.write(`[ 0 ${room.contents} ${gapEnd} ${out.length - gapEnd} ]`.padEnd(room.rangeLength), room.range, 'latin1')
  const signed = Buffer.concat([out.subarray(0, room.contents), out.subarray(gapEnd)])
  const cms = buildCms(signed, signing.certificate, signing.authority, signing.key)
  if (cms.length > CMS_SPACE) throw new Error(`the signature needs ${cms.length} bytes, ${CMS_SPACE} are kept for it`)
  out.write(cms.toString('hex'), room.contents + 1, 'latin1')
  return out
}

/** The signed file: `pdf` unchanged, then one incremental update that holds the signature. */
export const signPdf = async (pdf: Uint8Array, signing: PdfSigning): Promise<Buffer> =>
  seal(await (await loadStamp()).addSignatureField(pdf, { ...stampOf(signing, 'Ký bởi:'), box: signing.box, ...(signing.room && { room: signing.room }) }), signing)

/** The signed file unchanged, then one more update that holds the second signature. */
export const cosignPdf = async (pdf: Uint8Array, signing: Omit<PdfSigning, 'box' | 'room'>, lead: string): Promise<Buffer> => seal(await (await loadStamp()).fillSecondField(pdf, stampOf(signing, lead)), signing)
