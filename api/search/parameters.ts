/** Collects the values of one SQL statement and hands out their placeholders: values never become part of the text. */

export class SqlParameters {
  readonly values: unknown[]
  constructor(...values: unknown[]) {
    this.values = values
  }
  /** "$n" of the value; the same value of a simple type is sent once. */
  add(value: unknown): string {
    const known = typeof value === 'object' && value !== null ? -1 : this.values.indexOf(value)
    return `$${known >= 0 ? known + 1 : this.values.push(value)}`
  }
}
