/** Collects the values of one SQL statement and hands out their placeholders: values never become part of the text. */

export class SqlParameters {
  readonly values: unknown[]
  constructor(...values: unknown[]) {
    this.values = values
  }
  /** "$n" of the value. Equal values are sent twice: the text of a statement must not depend on them, or its name would stand for several texts. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`
  }
}
