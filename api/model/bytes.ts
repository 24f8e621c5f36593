/**
 * Text as its bytes in UTF-8, held as a string that has one character for each byte ("latin1" of Node, https://nodejs.org/api/buffer.html#buffers-and-character-encodings). What only passes text on, from
 * PostgreSQL to who asked for it, need not decode and encode it, and pieces are put together as cheaply as strings; Buffers would be an allocation for each. Pure.
 */

/** Beyond US-ASCII, where UTF-8 has more than one byte. */
const WIDE = /[^\0-\x7f]/

export class Bytes {
  readonly #latin1: string
  constructor(latin1: string) {
    this.#latin1 = latin1
  }
  static of(text: string): Bytes {
    return new Bytes(WIDE.test(text) ? Buffer.from(text).toString('latin1') : text)
  }
  static join(pieces: readonly Content[]): Bytes {
    let latin1 = ''
    for (const piece of pieces) latin1 += (typeof piece === 'string' ? Bytes.of(piece) : piece).#latin1
    return new Bytes(latin1)
  }
  toString(): string {
    return WIDE.test(this.#latin1) ? Buffer.from(this.#latin1, 'latin1').toString() : this.#latin1
  }
  toBuffer(): Buffer {
    return Buffer.from(this.#latin1, 'latin1')
  }
}

/** JSON or any other text. */
export type Content = string | Bytes
