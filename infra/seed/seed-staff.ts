/** Accounts of the demo, through the code of the administrator's pages: made once, and given the password and PIN that this start prints. */
import { createStaff, ROLE_NAMES, type StaffDeps } from '#api/http/staff.ts'
import { nameOnForms, type Account, type Settings } from '#api/model/people.ts'
import type { Caller, Signer } from '#api/model/ports.ts'
import type { SigningAdmissions } from '#api/model/signing-keys.ts'
import type { DemoPerson } from './demo-hospital.ts'

export interface Credentials { readonly password: string; readonly pin: string }

export interface StaffSeed extends StaffDeps {
  readonly settings: Settings
  readonly signer?: (Signer & SigningAdmissions) | undefined
}

const PASSWORD = 'demo-password'
const PIN = 'demo-pin'

/** Makes the accounts that are missing; answers how many. */
export const seedStaff = async (deps: StaffSeed, caller: Caller, people: readonly DemoPerson[], credentials: Credentials): Promise<number> => {
  const known = new Map((await deps.accounts.list()).map((account) => [account.login, account]))
  let made = 0
  for (const person of people) {
    const before = known.get(person.login)
    if (before !== undefined) continue
    const { login, practitioner, signs: _signs, ...input } = person
    known.set(login, await createStaff(deps, caller, login, credentials.password, { ...input, active: true }, practitioner === undefined ? {} : { practitioner }))
    made += 1
  }
  const accounts = people.flatMap((person) => known.get(person.login) ?? [])
  await keepPasswords(deps, caller, accounts, credentials, made === people.length)
  await keepKeys(deps, accounts.filter((account) => people.find((person) => person.login === account.login)?.signs === true), credentials)
  return made
}

/** What the environment names replaces what was seeded before; a password that somebody has changed by hand goes too. */
const keepPasswords = async (deps: StaffSeed, caller: Caller, accounts: readonly Account[], { password }: Credentials, fresh: boolean): Promise<void> => {
  const seeded = await deps.settings.find(PASSWORD)
  if (seeded !== undefined && await deps.passwords.verify(seeded, password)) return
  const hashed = await deps.passwords.hash(password)
  if (!fresh) for (const account of accounts) await deps.accounts.setPassword(caller, account.id, await deps.passwords.hash(password))
  await deps.settings.save(PASSWORD, hashed)
}

/** Admits and enrols who signs; after a change of the PIN they get new keys, as a person who has lost the PIN would. */
const keepKeys = async ({ signer, settings, passwords }: StaffSeed, accounts: readonly Account[], { pin }: Credentials): Promise<void> => {
  if (signer === undefined) return
  const seeded = await settings.find(PIN)
  const same = seeded !== undefined && await passwords.verify(seeded, pin)
  for (const account of accounts) {
    const { state } = await signer.keyInfo(account.id)
    const anew = state === 'active' && !same
    if ((state === 'none' || anew) && account.practitioner !== null) {
      await signer.admit(account.id, { name: nameOnForms(account), practitioner: account.practitioner, role: ROLE_NAMES[account.grants[0]?.role ?? 'doctor'].vi })
    }
    if (state === 'none' || state === 'admitted') await signer.enrol(account.id, pin)
    else if (anew) await signer.replace(account.id, pin)
  }
  if (!same) await settings.save(PIN, await passwords.hash(pin))
}
