/** The launcher's door for `npm run demo`: a unix socket in the data folder, one line of words in, one JSON answer out. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { isErrno } from '#infra/postgres/secret-file.ts'

export interface ControlAnswer { readonly ok: boolean; readonly lines: readonly string[] }

/** A socket's path has at most 107 bytes; from a deep folder it moves to the temporary one, into a folder of this account. */
export function controlPath(data: string): string {
  const near = path.join(data, 'control.sock')
  if (Buffer.byteLength(near) <= 100) return near
  const folder = path.join(os.tmpdir(), `quan-y-emr-${process.getuid?.() ?? 0}`)
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid } = fs.lstatSync(folder)
  if (process.getuid && uid !== process.getuid()) throw new Error(`${folder} belongs to another account`)
  return path.join(folder, `${createHash('sha256').update(data).digest('hex').slice(0, 16)}.sock`)
}

/** Sends one command to the launcher of this data folder; undefined when none is running. */
export function askLauncher(data: string, words: readonly string[], milliseconds = 120_000): Promise<ControlAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(controlPath(data))
    let text = ''
    socket.setTimeout(milliseconds, () => socket.destroy(new Error('the launcher does not answer')))
    socket.on('connect', () => socket.write(`${words.join(' ')}\n`))
    socket.on('data', (part) => { text += part.toString() })
    socket.on('error', (error) => (isErrno(error, 'ENOENT') || isErrno(error, 'ECONNREFUSED') ? resolve(undefined) : reject(error)))
    socket.on('end', () => {
      const answer: unknown = JSON.parse(text || 'null')
      const ok = typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true
      const lines = typeof answer === 'object' && answer !== null && 'lines' in answer && Array.isArray(answer.lines) ? answer.lines.map(String) : []
      resolve({ ok, lines })
    })
  })
}

/** Answers commands until closed. Commands run one after another. */
export async function openControl(data: string, answer: (words: string[]) => Promise<readonly string[]>): Promise<{ close(): void }> {
  const where = controlPath(data)
  fs.rmSync(where, { force: true })
  let before: Promise<unknown> = Promise.resolve()
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (line) => {
      const words = line.toString().trim().split(/\s+/)
      const done = before.then(() => answer(words)).then((lines) => ({ ok: true, lines }), (error: unknown) => ({ ok: false, lines: [error instanceof Error ? error.message : String(error)] }))
      before = done
      void done.then((reply) => socket.end(JSON.stringify(reply)))
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(where, resolve))
  fs.chmodSync(where, 0o600)
  return {
    close() {
      server.close()
      fs.rmSync(where, { force: true })
    },
  }
}
