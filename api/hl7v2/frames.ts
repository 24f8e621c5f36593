/** MLLP: a message between 0x0B and 0x1C 0x0D (HL7 v2.5.1, appendix C.4; Transport Specification MLLP, release 1). What comes outside of a frame is noise and counted. Pure. */
const [START, END, RETURN] = [0x0b, 0x1c, 0x0d]

export const toFrame = (message: string): Buffer => Buffer.concat([Buffer.of(START), Buffer.from(message, 'utf8'), Buffer.of(END, RETURN)])

export interface Deframer {
  /** Whole messages that end in this piece. */
  take(piece: Buffer): readonly Buffer[]
  /** A frame has begun and not ended. */
  readonly open: boolean
  /** Bytes outside of frames. */
  readonly noise: number
  /** Of the frame that is open, what has come. */
  readonly size: number
}

const MARK = Buffer.of(END, RETURN)

export const createDeframer = (): Deframer => {
  let pieces: Buffer[] | undefined
  let [noise, size] = [0, 0]
  /** The last byte of the frame that is open was 0x1C. */
  let endedBefore = false
  return {
    get open() { return pieces !== undefined },
    get noise() { return noise },
    get size() { return size },
    take(piece) {
      const found: Buffer[] = []
      let from = 0
      while (from < piece.length) {
        if (pieces === undefined) {
          const start = piece.indexOf(START, from)
          noise += (start < 0 ? piece.length : start) - from
          if (start < 0) return found
          ;[pieces, size, from, endedBefore] = [[], 0, start + 1, false]
          continue
        }
        const split = endedBefore && piece[from] === RETURN
        const mark = split ? -1 : piece.indexOf(MARK, from)
        const ends = split || mark >= 0
        const to = split ? from + 1 : ends ? mark + MARK.length : piece.length
        pieces.push(piece.subarray(from, to))
        size += to - from
        endedBefore = !ends && piece[to - 1] === END
        from = to
        if (!ends) continue
        const whole = Buffer.concat(pieces)
        found.push(whole.subarray(0, whole.length - MARK.length))
        ;[pieces, size] = [undefined, 0]
      }
      return found
    },
  }
}
