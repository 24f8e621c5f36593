/** Uploads of imports as files in the data folder, each until its import is over: written once and durably, then read a few lines at a time. They hold patients' data: mode 600 in a folder of mode 700. */
import { mkdir, open, readdir, rm, stat, statfs, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { outcome } from '../../model/outcome.ts'

/** Bytes of an upload, and of one line of it: as much as a body may have elsewhere. */
export const LARGEST_UPLOAD = 16 * 2 ** 30, LONGEST_LINE = 16 * 2 ** 20
/** Bytes that an upload leaves free on the disk, and after how many it looks again. */
const RESERVE = 256 * 2 ** 20, LOOK_EVERY = 32 * 2 ** 20
const CHUNK = 2 ** 20
const LINE_FEED = 0x0a

export const uploadPath = (folder: string, job: string): string => join(folder, `${job}.ndjson`)

/** Answers the length once all of it is on the disk. Of one that is refused or breaks off nothing stays. */
export const writeUpload = async (folder: string, job: string, body: AsyncIterable<Uint8Array>): Promise<number> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = uploadPath(folder, job)
  const handle = await open(path, 'wx', 0o600)
  try {
    const length = await writeAll(handle, folder, body)
    await handle.sync()
    await handle.close()
    await syncFolder(folder)
    return length
  } catch (error) {
    await handle.close()
    await rm(path, { force: true })
    throw error
  }
}

/** One chunk at a time: the sender is no faster than the disk. */
const writeAll = async (handle: FileHandle, folder: string, body: AsyncIterable<Uint8Array>): Promise<number> => {
  let [length, look] = [0, 0]
  for await (const chunk of body) {
    length += chunk.length
    if (length > LARGEST_UPLOAD) throw outcome('body-too-large', { diagnostics: `An import has at most ${LARGEST_UPLOAD / 2 ** 30} GiB.` })
    if (length > look) {
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < RESERVE) throw outcome('body-too-large', { diagnostics: 'The server has no room for it.' })
      look = length + LOOK_EVERY
    }
    await writeWhole(handle, chunk)
  }
  return length
}

/** A write may take less than it is given (https://nodejs.org/api/fs.html#filehandlewritebuffer-offset-length-position): the rest is given again, at the place where the file ends by then. */
export const writeWhole = async (handle: { write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }> }, bytes: Uint8Array): Promise<void> => {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at)
    if (bytesWritten === 0) throw new Error('the disk takes nothing more')
    at += bytesWritten
  }
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}

export const removeUpload = (folder: string, job: string): Promise<void> => rm(uploadPath(folder, job), { force: true })

/** What lies there: whose it is, and when it was last written to. */
export const listUploads = async (folder: string): Promise<{ readonly job: string; readonly writtenAt: Date }[]> => {
  const names = await readdir(folder).catch(() => [])
  return (await Promise.all(names.map(async (name) => {
    const found = await stat(join(folder, name)).catch(() => undefined)
    return found === undefined ? [] : [{ job: name.replace(/\.ndjson$/, ''), writtenAt: found.mtime }]
  }))).flat()
}

/** `text` undefined: longer than a line may be, or no UTF-8. */
export interface TextLine { readonly start: number; readonly length: number; readonly text: string | undefined }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const readAt = async (handle: FileHandle, from: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, from + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/** Whole lines from `from` on, about a chunk of them and at most `most`; none at the end of the file. */
export const readLines = async (handle: FileHandle, from: number, most: number): Promise<TextLine[]> => {
  for (let length = CHUNK; ; length *= 2) {
    const bytes = await readAt(handle, from, length)
    const atEnd = bytes.length < length
    if (bytes.length === 0) return []
    if (bytes.includes(LINE_FEED) || atEnd) return splitLines(bytes, from, most, atEnd)
    if (length > LONGEST_LINE) return [{ start: from, length: await lengthOfLine(handle, from + length) - from, text: undefined }]
  }
}

/** Lengths count the line feed. */
const splitLines = (bytes: Buffer, from: number, most: number, atEnd: boolean): TextLine[] => {
  const lines: TextLine[] = []
  for (let at = 0; at < bytes.length && lines.length < most;) {
    const feed = bytes.indexOf(LINE_FEED, at)
    if (feed < 0 && !atEnd) break
    const end = feed < 0 ? bytes.length : feed
    lines.push({ start: from + at, length: (feed < 0 ? end : feed + 1) - at, text: end - at > LONGEST_LINE ? undefined : decode(bytes.subarray(at, end)) })
    at = end + 1
  }
  return lines
}

/** Place behind the line that goes on at `from`. */
const lengthOfLine = async (handle: FileHandle, from: number): Promise<number> => {
  for (let at = from; ; at += CHUNK) {
    const bytes = await readAt(handle, at, CHUNK)
    const feed = bytes.indexOf(LINE_FEED)
    if (feed >= 0) return at + feed + 1
    if (bytes.length < CHUNK) return at + bytes.length
  }
}

/** One line that is known. */
export const readLine = async (handle: FileHandle, start: number, length: number): Promise<string | undefined> => decode(await readAt(handle, start, length))
