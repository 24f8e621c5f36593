/**
 * A long text as the bytes that are sent. Fastify and Buffer.from count the bytes of a text before they write them, and each of both reads all of it: for a page of 20 resources that was
 * more work than finding them. Here it is read once, into room for the longest that it can become, where that room is small enough to be held until a slow reader has it all.
 */

/** Characters: below, header and body go out as one text, which is cheaper; above, three times the room would be too much. */
const LEAST = 4 * 1024, MOST = 128 * 1024

/** UTF-8 has at most three bytes for each UTF-16 unit: https://www.unicode.org/versions/latest/core-spec/chapter-3/#G7404 */
const WIDEST = 3

/** UTF-8 of `text`, or `text` itself where that serves better. */
export const bytesOfLong = (text: string): string | Buffer => {
  if (text.length < LEAST || text.length > MOST) return text
  const room = Buffer.allocUnsafe(text.length * WIDEST)
  return room.subarray(0, room.write(text, 'utf8'))
}
