/** The port Printer: FHIR document Bundle -> PDF/A-2b, queue slips, print copies. Reads no store and no address; one form = one file in forms/. */
import { inflateSync } from 'node:zlib'
import type { FormCode, Printer, PrintRequest } from '../model/ports.ts'
import { SECOND_SPACE, SIGNATURE_SPACE } from './blocks.ts'
import { openFonts, type Fonts } from './fonts.ts'
import { appointmentSlip } from './forms/appointment-slip.ts'
import { prescription } from './forms/prescription.ts'
import { queueSlip } from './forms/queue-slip.ts'
import { referral } from './forms/referral.ts'
import { specimenLabel } from './forms/specimen-label.ts'
import { sickLeave } from './forms/sick-leave.ts'
import { visitSummary } from './forms/visit-summary.ts'
import { isDrawablePng, type Inflate } from '../model/png.ts'
import { findSpace, hasSpace, openRenderer, type Sheet } from './render.ts'

const inflate: Inflate = (data, most) => inflateSync(Buffer.concat(data), { maxOutputLength: most })

const FORM_SHEETS: Readonly<Record<FormCode, (request: PrintRequest, fonts: Fonts, timeZone: string) => Sheet>> = {
  'visit-summary': visitSummary, prescription, 'appointment-slip': appointmentSlip, 'sick-leave': sickLeave, referral,
}

/** `timeZone`: the site's (EMR_TZ), for every date and time on paper. `stamp` lies across every page, e.g. that it is a training hospital's. */
export const createPrinter = (options: { readonly timeZone: string; readonly stamp?: string }): Printer => {
  const fonts = openFonts()
  const render = openRenderer(fonts, options.stamp)
  return {
    print: async (request) => {
      const { seal, ...letterhead } = request.letterhead
      // a seal that cannot be drawn must not keep a doctor from signing
      const sheet = FORM_SHEETS[request.form]({ ...request, letterhead: seal && isDrawablePng(seal, inflate) ? { ...letterhead, seal } : letterhead }, fonts, options.timeZone)
      const { pdf, pages, layout } = await render(sheet)
      return { pdf, pages, box: findSpace(layout, SIGNATURE_SPACE), ...(hasSpace(layout, SECOND_SPACE) && { room: findSpace(layout, SECOND_SPACE) }) }
    },
    // only here: a start does without what it loads
    printCopy: async (request) => (await import('./print-copy.ts')).createPrintCopy(render, options.timeZone)(request),
    queueSlip: async (slip) => (await render(queueSlip(slip, options.timeZone))).pdf,
    specimenLabel: async (label) => (await render(specimenLabel(label, options.timeZone))).pdf,
  }
}
