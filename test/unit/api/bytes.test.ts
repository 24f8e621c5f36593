/** Text that is passed on as its bytes is the same text, whatever it is put together from. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Bytes } from '#api/model/bytes.ts'

const text = fc.string({ unit: 'binary', maxLength: 40 }).map((drawn) => drawn.toWellFormed())

it('comes out as it went in', () => {
  fc.assert(fc.property(text, (written) => {
    expect(String(Bytes.of(written))).toBe(written)
    expect(Bytes.of(written).toBuffer()).toEqual(Buffer.from(written))
    expect(String(new Bytes(Buffer.from(written).toString('latin1')))).toBe(written)
  }))
})

it('is the same put together, of texts and bytes in any order', () => {
  fc.assert(fc.property(fc.array(fc.tuple(text, fc.boolean())), (pieces) => {
    const whole = pieces.map(([piece]) => piece).join('')
    expect(Bytes.join(pieces.map(([piece, asBytes]) => (asBytes ? Bytes.of(piece) : piece))).toBuffer()).toEqual(Buffer.from(whole))
  }))
})
