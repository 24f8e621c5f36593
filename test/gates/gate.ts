/** A gate: what is measured, what is wanted, and the line that says so. */

export interface Measured {
  readonly name: string
  readonly measured: string
  readonly wanted: string
  readonly holds: boolean
}

const number = (value: number): string => String(Math.round(value * 10) / 10)

/** `unit` stands behind both numbers. Something that is no number falls short. */
export const atMost = (name: string, measured: number, wanted: number, unit = ''): Measured => ({ name, measured: `${number(measured)}${unit}`, wanted: `<=${number(wanted)}${unit}`, holds: measured <= wanted })
export const atLeast = (name: string, measured: number, wanted: number, unit = ''): Measured => ({ name, measured: `${number(measured)}${unit}`, wanted: `>=${number(wanted)}${unit}`, holds: measured >= wanted })
/** Neither more nor less: a second look that is not asked for is as wrong as a third. */
export const exactly = (name: string, measured: number, wanted: number): Measured => ({ name, measured: number(measured), wanted: `=${number(wanted)}`, holds: measured === wanted })
/** What the product does not have yet. */
export const absent = (name: string, wanted: string): Measured => ({ name, measured: 'not-there', wanted, holds: false })

/** "name measured wanted ok" */
export const toLine = ({ name, measured, wanted, holds }: Measured): string => `${name} ${measured} ${wanted} ${holds ? 'ok' : 'FALLS SHORT'}`

/** "N passed, N failed" */
export const toSummary = (all: readonly Measured[]): string => `${all.filter(({ holds }) => holds).length} passed, ${all.filter(({ holds }) => !holds).length} failed`

/** What broke off is a gate that falls short, with its reason on standard error. */
export const guard = async (name: string, work: () => Promise<readonly Measured[]>): Promise<readonly Measured[]> => {
  try {
    return await work()
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)
    return [{ name, measured: 'broke-off', wanted: 'to-the-end', holds: false }]
  }
}
