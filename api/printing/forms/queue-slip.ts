/** Phiếu số thứ tự khám: a slip of 80 mm paper with a big number; no circular prescribes it, no clinical content stands on it. */
import type { Content } from 'pdfmake'
import type { QueueSlip } from '../../model/ports.ts'
import { formatDate, formatStamp } from '../format.ts'
import type { Sheet } from '../render.ts'

/** 80 mm roll, 72 mm printable. */
const WIDTH = 226.77
const MARGIN = 12

/** Made anew each time: pdfmake moves the shapes it is given. */
const dashed = (): Content => ({ canvas: [{ type: 'line', x1: 0, y1: 0, x2: WIDTH - 2 * MARGIN, y2: 0, lineWidth: 0.6, lineColor: '#000000', dash: { length: 3 } }], margin: [0, 4, 0, 4] })

export const queueSlip = (slip: QueueSlip, timeZone: string): Sheet => ({
  pageSize: { width: WIDTH, height: 'auto' },
  margins: [MARGIN, 12, MARGIN, 12],
  fontSize: 11,
  title: 'Phiếu số thứ tự khám',
  author: slip.hospital,
  at: slip.at,
  content: [
    { text: slip.hospital.toLocaleUpperCase('vi'), bold: true, alignment: 'center' },
    dashed(),
    { text: 'SỐ THỨ TỰ KHÁM', bold: true, fontSize: 12, alignment: 'center' },
    { text: String(slip.number), bold: true, fontSize: 72, alignment: 'center', lineHeight: 0.95 },
    { text: slip.department, bold: true, fontSize: 13, alignment: 'center' },
    dashed(),
    { text: slip.patient.toLocaleUpperCase('vi'), bold: true, alignment: 'center' },
    ...(slip.birthDate ? [{ text: `Ngày sinh: ${formatDate(slip.birthDate, timeZone)}`, alignment: 'center' } satisfies Content] : []),
    { text: `Lấy số lúc ${formatStamp(slip.at, timeZone)}`, fontSize: 9, alignment: 'center', margin: [0, 4, 0, 0] },
    { text: 'Vui lòng chờ gọi số tại phòng khám.', italics: true, fontSize: 9, alignment: 'center' },
  ],
})
