/** The rule for signing PINs: 6 to 12 digits, not all alike, not a run, not a short pattern over and over. */
import { outcome } from '../model/outcome.ts'

const isRun = (pin: string): boolean => {
  const steps = new Set([...pin].slice(1).map((digit, at) => (Number(digit) - Number(pin[at]) + 10) % 10))
  return steps.size === 1
}
const isRepeated = (pin: string): boolean => [1, 2, 3].some((size) => pin.length % size === 0 && pin.slice(0, size).repeat(pin.length / size) === pin)

/** Throws weak-pin. */
export const requirePin = (pin: string): void => {
  if (!/^\d{6,12}$/.test(pin) || isRun(pin) || isRepeated(pin)) throw outcome('weak-pin')
}
