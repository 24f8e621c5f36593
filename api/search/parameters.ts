/** Collects the values of one SQL statement and hands out their placeholders: values never become part of the text. */
import { outcome } from '../model/outcome.ts'

/** The protocol counts them in 16 bits (https://www.postgresql.org/docs/current/protocol-message-formats.html, Bind). */
const MOST_VALUES = 65_000

export class SqlParameters {
  readonly values: unknown[]
  constructor(...values: unknown[]) {
    this.values = values
  }
  /** "$n" of the value. Equal values are sent twice: the text of a statement must not depend on them, or its name would stand for several texts. */
  add(value: unknown): string {
    // what goes beyond breaks the connection, for everybody who uses it
    if (this.values.length >= MOST_VALUES) throw outcome('too-costly', { diagnostics: 'The search asks for too many values.' })
    return `$${this.values.push(value)}`
  }
}
