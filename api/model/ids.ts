/** The clock of this machine, and ids that sort by the time they were made: UUID version 7 (RFC 9562 5.7, https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7). */
import type { Clock, IdSource } from './ports.ts'

export const systemClock: Clock = { now: () => new Date() }

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** 48 bits of milliseconds, 12 bits that count up within one millisecond, 62 random bits. Ids of one source ascend, also when the clock steps back. */
export const createIds = (clock: Clock): IdSource => {
  let last = 0
  let count = 0
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
      const random = crypto.getRandomValues(new Uint8Array(8))
      random[0] = ((random[0] ?? 0) & 0x3f) | 0x80
      const tail = [...random].map((byte) => hex(byte, 2)).join('')
      const time = hex(last, 12)
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(count, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`
    },
  }
}
