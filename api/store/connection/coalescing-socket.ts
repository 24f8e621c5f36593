/**
 * A connection to PostgreSQL that sends what is written within one turn of the event loop in one piece, as Node's documentation suggests for small writes
 * (https://nodejs.org/api/stream.html#writablecork). Each piece costs a call into the system and wakes the other side, and statements that need not wait for
 * each other are written one after the other.
 */
import { Socket } from 'node:net'

type Done = (error?: Error | null) => void

export class CoalescingSocket extends Socket {
  #held = false

  override cork(): void {
    this.#hold()
    super.cork()
  }

  override write(chunk: Uint8Array | string, done?: Done): boolean
  override write(text: Uint8Array | string, encoding?: BufferEncoding, done?: Done): boolean
  override write(chunk: Uint8Array | string, encoding?: BufferEncoding | Done, done?: Done): boolean {
    this.#hold()
    return typeof encoding === 'function' ? super.write(chunk, encoding) : super.write(chunk, encoding, done)
  }

  #hold(): void {
    if (this.#held) return
    this.#held = true
    super.cork()
    process.nextTick(() => {
      this.#held = false
      this.uncork()
    })
  }
}
