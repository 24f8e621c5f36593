/** What arrived is not what protocol XP/1 writes. `reason` is a stable kebab-case word that goes into the log and the answer. */
export class ExchangeFormatError extends Error {
  readonly reason: string
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'ExchangeFormatError'
    this.reason = reason
  }
}
