/** Password and PIN of the demo accounts: from the environment, else made at the first start and kept, so that every start prints the same. */
import { randomInt } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Config } from '#api/config.ts'
import { readOrMakeSecret } from '#infra/postgres/secret-file.ts'

export interface DemoCredentials { readonly password: string; readonly pin: string }

/** What is given by the environment replaces what was kept. */
export const demoCredentials = (config: Pick<Config, 'secrets' | 'demoPassword' | 'demoPin'>): DemoCredentials => ({
  password: keep(config.secrets, 'demo-password', config.demoPassword, makePassword),
  pin: keep(config.secrets, 'demo-pin', config.demoPin, makePin),
})

function keep(folder: string, name: string, given: string | undefined, make: () => string): string {
  if (given === undefined) return readOrMakeSecret(folder, name, make)
  fs.writeFileSync(path.join(folder, name), given, { mode: 0o600 })
  return given
}

// no letters that look alike on a projector
const LETTERS = 'abcdefghjkmnpqrstuvwxyz'
const letters = (count: number): string => Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('')
const makePassword = (): string => `${letters(4)}-${letters(4)}-${randomInt(1000, 10_000)}`

function makePin(): string {
  const pin = String(randomInt(100_000, 1_000_000))
  const steps = new Set(Array.from(pin.slice(1), (digit, i) => Number(digit) - Number(pin[i])))
  return steps.size < 3 ? makePin() : pin
}
