/** The clock of this machine, and ids that sort by the time they were made: UUID version 7 (RFC 9562 5.7, https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7). */
import type { Clock, IdSource } from './ports.ts'

export const systemClock: Clock = { now: () => new Date() }

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => hex(byte, 2))

/** Eight random bytes at a time, from the system's source in larger pieces: each call of it costs more than the bytes. No byte is given twice. */
const eightRandomBytes = (): (() => Uint8Array) => {
  const pool = new Uint8Array(4096)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      crypto.getRandomValues(pool)
      used = 0
    }
    used += 8
    return pool.subarray(used - 8, used)
  }
}

/** 48 bits of milliseconds, 12 bits that count up within one millisecond, 62 random bits. Ids of one source ascend, also when the clock steps back. */
export const createIds = (clock: Clock): IdSource => {
  let last = 0
  let count = 0
  const random = eightRandomBytes()
  return {
    uuid() {
      const now = clock.now().getTime()
      if (now > last) {
        last = now
        count = 0
      } else if (++count > 0xfff) {
        last += 1
        count = 0
      }
      const bytes = random()
      bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x80
      let tail = ''
      for (const byte of bytes) tail += HEX[byte]
      const time = hex(last, 12)
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(count, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`
    },
  }
}
