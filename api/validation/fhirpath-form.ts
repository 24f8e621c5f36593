/**
 * The form of a FHIRPath expression (http://hl7.org/fhirpath/N1/#grammar) where @medplum/core does not insist on it: it leaves out in silence what stands behind an
 * expression, and what stands beside an argument without an operator. Pure.
 */

const STRING = /'(?:[^'\\]|\\.)*'/g
const WORD = String.raw`[\w%$@]+|\x60[^\x60]*\x60`
/** One operand and the next with nothing between them. */
const NEIGHBOURS = new RegExp(String.raw`(${WORD}|[)\]}§])(?:\s+(?=(${WORD}|[§({]))|(?<=[)\]}§])(?=(${WORD}|[§({])))`, 'g')
const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'xor', 'implies', 'in', 'contains', 'div', 'mod'])
const UNITS = /^(?:year|month|week|day|hour|minute|second|millisecond)s?$/
/** Functions whose result are elements of what they are asked of. */
const OF_ELEMENTS: ReadonlySet<string> = new Set(['where', 'select', 'first', 'last', 'tail', 'skip', 'take', 'single', 'intersect', 'exclude', 'union', 'combine', 'distinct', 'iif', 'trace', 'extension'])

/** Why the expression cannot name elements by its form; undefined when it may. */
export const findFormFault = (expression: string): string | undefined => {
  const bare = expression.replaceAll(STRING, '§')
  if (!isBalanced(bare)) return 'The brackets do not match.'
  for (const [, one = '', spaced, next = spaced] of bare.matchAll(NEIGHBOURS)) {
    // a string behind a number is its unit
    const fits = OPERATORS.has(one) || OPERATORS.has(next ?? '') || UNITS.test(next ?? '') || (/^\d+$/.test(one) && next === '§') || next === undefined
    if (!fits) return 'An operator is missing.'
  }
  const last = lastCall(bare)
  return last === undefined || OF_ELEMENTS.has(last) ? undefined : `${last}() answers no element.`
}

const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

const isBalanced = (text: string): boolean => {
  const open: string[] = []
  for (const sign of text) {
    if (sign === '(' || sign === '[' || sign === '{') open.push(sign)
    else if (CLOSING[sign] !== undefined && open.pop() !== CLOSING[sign]) return false
  }
  return open.length === 0
}

/** The function that an expression ends with a call of. */
const lastCall = (text: string): string | undefined => {
  const trimmed = text.trimEnd()
  if (!trimmed.endsWith(')')) return undefined
  let depth = 0
  for (let at = trimmed.length - 1; at >= 0; at -= 1) {
    if (trimmed[at] === ')') depth += 1
    if (trimmed[at] === '(') depth -= 1
    if (depth === 0) return /([A-Za-z_]\w*)\s*$/.exec(trimmed.slice(0, at))?.[1]
  }
  return undefined
}
