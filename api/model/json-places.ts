/**
 * Where values stand in the text of a JSON document, as line and column counted from 1: for messages about a body that the reader (json.ts) has accepted already. A scan of its
 * own, made when there is something to say, so that reading pays nothing for it. Pure.
 */

export type JsonPath = readonly (string | number)[]
export interface Place { readonly line: number; readonly column: number }

/** What is looked for below a value: the paths that end here, and those that go on. */
interface Wanted { readonly ends: number[]; readonly steps: Map<string | number, Wanted> }

const QUOTE = 0x22, BACKSLASH = 0x5c, OPEN_OBJECT = 0x7b, CLOSE_OBJECT = 0x7d, OPEN_ARRAY = 0x5b, CLOSE_ARRAY = 0x5d, COMMA = 0x2c

const plan = (paths: readonly JsonPath[]): Wanted => {
  const root: Wanted = { ends: [], steps: new Map() }
  for (const [at, path] of paths.entries()) {
    let node = root
    for (const step of path) {
      const next: Wanted = node.steps.get(step) ?? { ends: [], steps: new Map() }
      node.steps.set(step, next)
      node = next
    }
    node.ends.push(at)
  }
  return root
}

/** One answer for each path: the place of the member's name, of the item of an array, or of the nearest container when there is nothing. `text` is well-formed. */
export const findPlaces = (text: string, paths: readonly JsonPath[]): Place[] => {
  const offsets = new Array<number>(paths.length).fill(0)
  new Scanner(text, offsets).value(plan(paths), undefined)
  return toPlaces(text, offsets)
}

class Scanner {
  private at = 0
  private readonly text: string
  private readonly offsets: number[]
  constructor(text: string, offsets: number[]) {
    this.text = text
    this.offsets = offsets
  }

  /** `start`: where the value is said to stand, when that is before it. */
  value(wanted: Wanted | undefined, start: number | undefined): void {
    this.space()
    if (wanted) this.note(wanted, start ?? this.at)
    const code = this.text.charCodeAt(this.at)
    if (code === QUOTE) this.string()
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (wanted && wanted.steps.size > 0) this.inside(wanted, code === OPEN_OBJECT)
      else this.skip()
    } else while (this.at < this.text.length && !/[\s,\]}]/.test(this.text.charAt(this.at))) this.at += 1
  }

  /** Everything below is here until something better is found. */
  private note(wanted: Wanted, offset: number): void {
    for (const end of wanted.ends) this.offsets[end] = offset
    for (const next of wanted.steps.values()) this.note(next, offset)
  }

  private inside(wanted: Wanted, isObject: boolean): void {
    this.at += 1
    for (let index = 0; ; index += 1) {
      this.space()
      const code = this.text.charCodeAt(this.at)
      if (code === CLOSE_OBJECT || code === CLOSE_ARRAY || this.at >= this.text.length) break
      const start = this.at
      if (isObject) {
        this.string()
        const name: unknown = JSON.parse(this.text.slice(start, this.at))
        this.space()
        this.at += 1 // the colon
        this.value(typeof name === 'string' ? wanted.steps.get(name) : undefined, start)
      } else this.value(wanted.steps.get(index), undefined)
      this.space()
      if (this.text.charCodeAt(this.at) === COMMA) this.at += 1
    }
    this.at += 1
  }

  private skip(): void {
    for (let depth = 0; this.at < this.text.length;) {
      const code = this.text.charCodeAt(this.at)
      if (code === QUOTE) {
        this.string()
        continue
      }
      this.at += 1
      if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1
      else if ((code === CLOSE_OBJECT || code === CLOSE_ARRAY) && --depth === 0) return
    }
  }

  private string(): void {
    for (this.at += 1; this.at < this.text.length && this.text.charCodeAt(this.at) !== QUOTE; this.at += 1) if (this.text.charCodeAt(this.at) === BACKSLASH) this.at += 1
    this.at += 1
  }

  private space(): void {
    while (this.at < this.text.length && /[\s\ufeff]/.test(this.text.charAt(this.at))) this.at += 1
  }
}

/** Offsets as places. One pass over the text, whatever their number. */
export const toPlaces = (text: string, offsets: readonly number[]): Place[] => {
  const places = new Array<Place>(offsets.length)
  let line = 1
  let lineStart = 0
  for (const [index, offset] of [...offsets.entries()].toSorted(([, one], [, other]) => one - other)) {
    for (let next = text.indexOf('\n', lineStart); next >= 0 && next < offset; next = text.indexOf('\n', lineStart)) {
      line += 1
      lineStart = next + 1
    }
    places[index] = { line, column: offset - lineStart + 1 }
  }
  return places
}
