/** Ids of the sheet's rows: UUIDs of version 7 (RFC 9562, 5.7), which sort by the order in which they were made; so lines come back as they were typed. */

let last = 0n

/** 48 bits of milliseconds and 12 of a counter that never stands still, the rest chance. */
export function newRowId(): string {
  const now = BigInt(Date.now()) << 12n
  last = now > last ? now : last + 1n
  const time = last.toString(16).padStart(15, '0')
  const chance = crypto.randomUUID()
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${time.slice(12)}-${chance.slice(19)}`
}
