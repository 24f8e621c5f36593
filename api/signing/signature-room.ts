/** The room for numbers that are known when the PDF is whole (ISO 32000-1 12.8.1). Apart from stamp.ts, which loads much. */

/** Stands in /ByteRange until then. */
export const BYTE_RANGE_ROOM = '9999999999'

/** Where the three unknown numbers of /ByteRange and the hex digits of /Contents stand in an empty signature. */
export const findRoom = (pdf: Buffer): { range: number; rangeLength: number; contents: number } => {
  const name = `/${BYTE_RANGE_ROOM}`
  const range = pdf.lastIndexOf(`/ByteRange [ 0 ${name} ${name} ${name} ]`)
  const contents = pdf.indexOf(`/Contents <${'0'.repeat(64)}`, range)
  if (range < 0 || contents < 0) throw new Error('no room for a signature')
  return { range: range + '/ByteRange '.length, rangeLength: `[ 0 ${name} ${name} ${name} ]`.length, contents: contents + '/Contents '.length }
}
