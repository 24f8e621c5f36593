/**
 * Regular expressions whose cost grows with the text alone: a value set may hold any pattern, and a backtracking engine can be kept busy for hours by one.
 * The pattern is made into a Thompson automaton that is run over all ways at once (https://swtch.com/~rsc/regexp/regexp1.html). What is understood: literals, ".",
 * classes, \d \w \s and their opposites, groups, "|", "*", "+", "?", "{m,n}"; the pattern must match the whole text, as FHIR's filters do. Pure.
 */

import { outcome } from '../../model/outcome.ts'

type Test = (sign: string) => boolean
/** `next`: where to go after the sign fits; `also`: the second way out of a fork. -1: the end. */
interface State { test?: Test; next: number; also?: number }
/** A piece under construction: where it starts, and which exits are still open. */
interface Piece { readonly start: number; readonly open: readonly ((to: number) => void)[] }

const MOST_STATES = 500
const MOST_TEXT = 2_000
const LONGEST_PATTERN = 1_000
const DEEPEST = 30

const CLASSES: Readonly<Record<string, Test>> = {
  d: (sign) => sign >= '0' && sign <= '9', w: (sign) => /^[A-Za-z0-9_]$/.test(sign), s: (sign) => /^\s$/.test(sign),
}
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

class Unsupported extends Error {}

/** What may still be spent: one for each state and letter. */
export interface Meter { left: number }

/** undefined when the pattern is not understood or too large. The answer throws too-costly when the meter has run out. */
export const compileRegex = (pattern: string, meter: Meter): ((text: string) => boolean) | undefined => {
  if (pattern.length > LONGEST_PATTERN) return undefined
  try {
    return run(new Compiler(pattern).compile(), meter)
  } catch (error) {
    if (error instanceof Unsupported) return undefined
    throw error
  }
}

const run = ({ states, start }: { readonly states: readonly State[]; readonly start: number }, meter: Meter) => (text: string): boolean => {
  if (text.length > MOST_TEXT) return false
  let now = new Set<number>()
  const enter = (at: number, into: Set<number>): void => {
    const open = [at]
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (into.has(state)) continue
      into.add(state)
      meter.left -= 1
      const found = states[state]
      if (found && !found.test) open.push(found.next, ...(found.also === undefined ? [] : [found.also]))
    }
  }
  enter(start, now)
  for (const sign of text) {
    const then = new Set<number>()
    if (meter.left < 0) throw outcome('too-costly', { diagnostics: 'A regular expression of the value set takes too much work.' })
    for (const at of now) if (states[at]?.test?.(sign)) enter(states[at].next, then)
    now = then
    if (now.size === 0) return false
  }
  return now.has(-1)
}

class Compiler {
  private readonly signs: readonly string[]
  private readonly states: State[] = []
  private at = 0
  private depth = 0
  constructor(pattern: string) {
    this.signs = [...pattern]
  }
  compile(): { readonly states: readonly State[]; readonly start: number } {
    if (this.signs[0] === '^') this.at += 1
    const whole = this.choice()
    if (this.signs[this.at] === '$' && this.at === this.signs.length - 1) this.at += 1
    if (this.at < this.signs.length) throw new Unsupported()
    for (const close of whole.open) close(-1)
    return { states: this.states, start: whole.start }
  }
  private add(state: State): number {
    if (this.states.length >= MOST_STATES) throw new Unsupported()
    return this.states.push(state) - 1
  }
  private fork(first: Piece | undefined): { readonly at: number; readonly exit: (to: number) => void } {
    const state: State = { next: first?.start ?? -1, also: -1 }
    return { at: this.add(state), exit: (to) => { state.also = to } }
  }
  private nothing(): Piece {
    const state: State = { next: -1 }
    return { start: this.add(state), open: [(to) => { state.next = to }] }
  }
  private choice(): Piece {
    this.depth += 1
    if (this.depth > DEEPEST) throw new Unsupported()
    let piece = this.sequence()
    while (this.signs[this.at] === '|') {
      this.at += 1
      const other = this.sequence()
      const state: State = { next: piece.start, also: other.start }
      piece = { start: this.add(state), open: [...piece.open, ...other.open] }
    }
    this.depth -= 1
    return piece
  }
  private sequence(): Piece {
    let piece: Piece | undefined
    for (let sign = this.signs[this.at]; sign !== undefined && sign !== '|' && sign !== ')'; sign = this.signs[this.at]) {
      if (sign === '$' && this.at === this.signs.length - 1) break
      piece = piece ? this.then(piece, this.repeated()) : this.repeated()
    }
    return piece ?? this.nothing()
  }
  private then(first: Piece, second: Piece): Piece {
    for (const close of first.open) close(second.start)
    return { start: first.start, open: second.open }
  }
  /** An atom with its quantifier; a counted one is the atom read again as often. */
  private repeated(): Piece {
    const from = this.at
    const first = this.atom()
    const [least, most] = this.quantifier()
    if (least === 1 && most === 1) return first
    const after = this.at
    const again = (): Piece => {
      this.at = from
      const piece = this.atom()
      this.at = after
      return piece
    }
    let piece: Piece | undefined
    let spare: Piece | undefined = first
    const next = (): Piece => {
      const one = spare ?? again()
      spare = undefined
      return one
    }
    const append = (part: Piece): void => { piece = piece ? this.then(piece, part) : part }
    for (let count = 0; count < least; count += 1) append(next())
    if (most === Infinity) append(this.loop(next()))
    else for (let count = least; count < most; count += 1) append(this.optional(next()))
    return piece ?? this.nothing()
  }
  private loop(inner: Piece): Piece {
    const { at, exit } = this.fork(inner)
    for (const close of inner.open) close(at)
    return { start: at, open: [exit] }
  }
  private optional(inner: Piece): Piece {
    const { at, exit } = this.fork(inner)
    return { start: at, open: [...inner.open, exit] }
  }
  private quantifier(): [number, number] {
    const sign = this.signs[this.at]
    if (sign === '*' || sign === '+' || sign === '?') {
      this.at += 1
      return this.noMore(sign === '*' ? [0, Infinity] : sign === '+' ? [1, Infinity] : [0, 1])
    }
    if (sign !== '{') return [1, 1]
    const counted = /^\{(\d{1,3})(,(\d{1,3})?)?\}/.exec(this.signs.slice(this.at, this.at + 10).join(''))
    if (!counted) throw new Unsupported()
    this.at += counted[0].length
    const least = Number(counted[1])
    const most = counted[2] === undefined ? least : counted[3] === undefined ? Infinity : Number(counted[3])
    if (most < least) throw new Unsupported()
    return this.noMore([least, most])
  }
  /** A second quantifier (lazy, possessive) asks for what this engine has not. */
  private noMore(found: [number, number]): [number, number] {
    if (['*', '+', '?', '{'].includes(this.signs[this.at] ?? '')) throw new Unsupported()
    return found
  }
  private atom(): Piece {
    const sign = this.signs[this.at]
    this.at += 1
    if (sign === '(') {
      if (this.signs[this.at] === '?') {
        if (this.signs[this.at + 1] !== ':') throw new Unsupported()
        this.at += 2
      }
      const inner = this.choice()
      if (this.signs[this.at] !== ')') throw new Unsupported()
      this.at += 1
      return inner
    }
    if (sign === '.') return this.single((other) => other !== '\n' && other !== '\r')
    if (sign === '[') return this.single(this.set())
    if (sign === '\\') return this.single(this.escape())
    if (sign === undefined || '*+?{}])^$'.includes(sign)) throw new Unsupported()
    return this.single((other) => other === sign)
  }
  private single(test: Test): Piece {
    const state: State = { test, next: -1 }
    return { start: this.add(state), open: [(to) => { state.next = to }] }
  }
  private escape(): Test {
    const sign = this.signs[this.at]
    this.at += 1
    if (sign === undefined) throw new Unsupported()
    const own = CLASSES[sign]
    if (own) return own
    const opposite = CLASSES[sign.toLowerCase()]
    if (opposite) return (other) => !opposite(other)
    const literal = ESCAPES[sign] ?? sign
    if (/[A-Za-z0-9]/.test(sign) && ESCAPES[sign] === undefined) throw new Unsupported()
    return (other) => other === literal
  }
  private set(): Test {
    const negated = this.signs[this.at] === '^'
    if (negated) this.at += 1
    const tests: Test[] = []
    for (let first = true; this.signs[this.at] !== ']' || first; first = false) tests.push(this.range())
    this.at += 1
    return (sign) => tests.some((test) => test(sign)) !== negated
  }
  private range(): Test {
    const sign = this.signs[this.at]
    this.at += 1
    if (sign === undefined) throw new Unsupported()
    if (sign === '\\') return this.escape()
    const end = this.signs[this.at + 1]
    if (this.signs[this.at] !== '-' || end === undefined || end === ']') return (other) => other === sign
    if (end === '\\' || end < sign) throw new Unsupported()
    this.at += 2
    return (other) => other >= sign && other <= end
  }
}
