/** One message over MLLP to a device, and its acknowledgment. Why there is none is a short code, never text of the device. */
import { connect } from 'node:net'
import { readAck } from './acknowledge.ts'
import { decodeMessage } from './decode.ts'
import { createDeframer, toFrame } from './frames.ts'

/** `refused`: the device does not want this message (AR, CR), however often it is sent; others may be tried again. */
export type Sent = { readonly ok: true; readonly code: string } | { readonly ok: false; readonly error: string; readonly refused?: true }

const MOST_ANSWER = 64 * 1024

export const sendMessage = ({ to, body, control, limitMs = 15_000 }: { readonly to: string; readonly body: string; readonly control: string; readonly limitMs?: number }): Promise<Sent> => new Promise((resolve) => {
  const colon = to.lastIndexOf(':')
  const socket = connect({ host: to.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(to.slice(colon + 1)) })
  const deframer = createDeframer()
  const settle = (sent: Sent): void => { clearTimeout(timer); socket.destroy(); resolve(sent) }
  const timer = setTimeout(() => settle({ ok: false, error: 'timeout' }), limitMs)
  socket.on('error', (error) => settle({ ok: false, error: 'code' in error && typeof error.code === 'string' ? error.code : 'connection' }))
  socket.on('close', () => settle({ ok: false, error: 'closed' }))
  socket.on('connect', () => socket.write(toFrame(body)))
  socket.on('data', (piece: Buffer) => {
    for (const frame of deframer.take(piece)) {
      const message = decodeMessage(frame)
      const ack = message && readAck(new TextDecoder().decode(frame), control)
      if (ack === undefined) continue
      settle(ack.code === 'AA' || ack.code === 'CA' ? { ok: true, code: ack.code } : { ok: false, error: [ack.code, ack.error].filter(Boolean).join(' '), ...(/^[AC]R$/.test(ack.code) && { refused: true }) })
      return
    }
    if (deframer.size + deframer.noise > MOST_ANSWER) settle({ ok: false, error: 'no-answer' })
  })
})
