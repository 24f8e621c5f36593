/**
 * Whether a ZIP file (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7) expands to a bearable size: a megabyte of it can hold a gigabyte,
 * and the reader of workbooks would take all. Every place that may be the head of an entry is tried, whatever the directory at the end says.
 */
import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'

const HEAD = Buffer.from([0x50, 0x4b, 0x03, 0x04])
const DEFLATED = 8
/** Heads in a workbook: some ten. */
const MOST_ENTRIES = 1000
const expand = promisify(inflateRaw)

const isTooLarge = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'

/** True when all entries together have at most `most` bytes. What is no entry at all is left to the reader to refuse. */
export const expandsWithin = async (zip: Uint8Array, most: number): Promise<boolean> => {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength)
  let left = most
  let entries = 0
  for (let at = bytes.indexOf(HEAD); at >= 0; at = bytes.indexOf(HEAD, at + 1)) {
    if (++entries > MOST_ENTRIES) return false
    if (at + 30 > bytes.length) break
    const data = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
    if (bytes.readUInt16LE(at + 8) !== DEFLATED || data >= bytes.length) continue
    try {
      left -= (await expand(bytes.subarray(data), { maxOutputLength: Math.max(1, left) })).length
    } catch (error) {
      if (isTooLarge(error)) return false
    }
    if (left < 0) return false
  }
  return true
}
