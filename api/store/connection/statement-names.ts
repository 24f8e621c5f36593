/** Names under which connections keep statements and their plans. Each connection keeps each of them, and clients choose the shapes: so there is an end to them. */
import { hash } from 'node:crypto'

const MOST_NAMES = 400

/** The name of a statement by its text; undefined for new texts when enough have one: those are planned for their values. */
export type NameOf = (text: string) => string | undefined

export const createStatementNames = (most = MOST_NAMES): NameOf => {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined || names.size >= most) return known
    const name = `kept-${hash('sha256', text).slice(0, 24)}`
    names.set(text, name)
    return name
  }
}
