/** A stand-in for an analyser: it takes orders over MLLP at a port of this machine, and calls with results. What it answers to orders can be set. */
import { connect, createServer, type Socket } from 'node:net'
import { buildAck } from '#api/hl7v2/acknowledge.ts'
import { decodeMessage } from '#api/hl7v2/decode.ts'
import { createDeframer, toFrame } from '#api/hl7v2/frames.ts'
import { createReader } from '#api/hl7v2/syntax.ts'

export interface Analyser {
  readonly port: number
  /** Orders as they came. */
  readonly orders: string[]
  answer: 'AA' | 'AE' | 'AR' | 'silent'
  /** Runs for each order that was accepted. */
  onOrder: (text: string) => Promise<unknown>
  close(): Promise<void>
}

export const startAnalyser = async (port = 0): Promise<Analyser> => {
  const sockets = new Set<Socket>()
  const analyser = { orders: [] as string[], answer: 'AA' as Analyser['answer'], onOrder: async (_text: string): Promise<unknown> => undefined }
  const server = createServer((socket) => {
    sockets.add(socket)
    const deframer = createDeframer()
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket)).on('data', (piece: Buffer) => {
      for (const frame of deframer.take(piece)) {
        const message = decodeMessage(frame)
        if (analyser.answer === 'silent') { socket.destroy(); return }
        socket.write(toFrame(buildAck(message, { code: analyser.answer, ...(analyser.answer === 'AE' && { error: 'internal' }) }, { id: 'A1', at: '2026-11-22T08:30:00+07:00' })))
        if (analyser.answer !== 'AA') continue
        analyser.orders.push(frame.toString('utf8'))
        void analyser.onOrder(frame.toString('utf8'))
      }
    })
  })
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve) })
  const bound = server.address()
  return Object.assign(analyser, {
    port: typeof bound === 'object' && bound !== null ? bound.port : 0,
    close: () => new Promise<void>((resolve) => { server.close(() => resolve()); for (const socket of sockets) socket.destroy() }),
  })
}

/** Sends bytes to a port and answers what comes back until `frames` answers are there or the other side ends; '' where it ended. */
export const callWith = (port: number, bytes: Buffer | string, { frames = 1, pieces = 1_000_000 } = {}): Promise<readonly string[]> => new Promise((resolve, reject) => {
  const deframer = createDeframer()
  const found: string[] = []
  const socket = connect({ host: '127.0.0.1', port })
  const timer = setTimeout(() => { socket.destroy(); reject(new Error('no answer in 10 s')) }, 10_000)
  const end = (): void => { clearTimeout(timer); socket.destroy(); resolve(found) }
  socket.on('error', end).on('close', end).on('data', (piece: Buffer) => { found.push(...deframer.take(piece).map(String)); if (found.length >= frames) end() })
  const all = Buffer.from(bytes)
  for (let at = 0; at < all.length; at += pieces) socket.write(all.subarray(at, at + pieces))
})
export const sendResult = async (port: number, text: string): Promise<string> => (await callWith(port, toFrame(text)))[0] ?? ''
export const codeOf = (ack: string): string => /MSA\|(\w\w)/.exec(ack)?.[1] ?? ''

/** What an analyser says to an order: the same patient and numbers, with these values as "code^name^LN|value|unit|range|flag". */
export const resultFor = (order: string, control: string, values: readonly string[], more: { readonly status?: string; readonly pid?: (line: string) => string } = {}): string => {
  const message = decodeMessage(Buffer.from(order))
  if (message === undefined) throw new Error('no order')
  const read = createReader(message)
  const one = (name: string) => message.segments.find((each) => each.name === name)
  const pid = order.split('\r').find((line) => line.startsWith('PID')) ?? ''
  const status = more.status ?? 'F'
  return [
    `MSH|^~\\&|MAY|PXN|EMR|BV|20261122083000||ORU^R01^ORU_R01|${control}|P|2.5.1||||||UNICODE UTF-8`, more.pid?.(pid) ?? pid, `ORC|RE|${read.at(one('ORC'), 2)}`, `OBR|1|${read.at(one('OBR'), 2)}|F-${control}|${one('OBR')?.fields[4] ?? ''}`,
    ...values.map((value, at) => { const [code = '', text = '', unit = '', range = '', flag = ''] = value.split('|'); return `OBX|${at + 1}|${/^[\d.,<>]+$/.test(text) ? 'NM' : 'TX'}|${code}||${text}|${unit}|${range}|${flag}|||${status}` }),
    ...(one('SPM') ? [`SPM|1|${read.at(one('SPM'), 2)}`] : []),
  ].map((line) => `${line}\r`).join('')
}
