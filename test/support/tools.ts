/** Programs of the system that tests need beside Node: where one is missing a test is skipped, but with CI=true it fails and says which. */
import { spawnSync } from 'node:child_process'

/** True when the program starts; throws in CI when it does not. `package`: what to install. */
export const hasTool = (name: string, install: string, argument = '--version'): boolean => {
  const found = spawnSync(name, [argument]).error === undefined
  if (!found && process.env.CI === 'true') throw new Error(`The program ${name} is missing. Install it: apt-get install ${install}`)
  return found
}
