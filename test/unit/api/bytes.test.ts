/** Text that is passed on as its bytes is the same text, whatever it is put together from. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Bytes } from '#api/model/bytes.ts'

const text = fc.string({ unit: 'binary', maxLength: 40 }).map((any) => any.toWellFormed())

it('comes out as it went in', () => {
  fc.assert(fc.property(text, (any) => {
    expect(String(Bytes.of(any))).toBe(any)
    expect(Bytes.of(any).toBuffer()).toEqual(Buffer.from(any))
    expect(String(new Bytes(Buffer.from(any).toString('latin1')))).toBe(any)
  }))
})

it('is the same put together, of texts and bytes in any order', () => {
  fc.assert(fc.property(fc.array(fc.tuple(text, fc.boolean())), (pieces) => {
    const whole = pieces.map(([any]) => any).join('')
    expect(Bytes.join(pieces.map(([any, asBytes]) => (asBytes ? Bytes.of(any) : any))).toBuffer()).toEqual(Buffer.from(whole))
  }))
})
