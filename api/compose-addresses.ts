/** The public addresses that a site has had are kept in its database, so that references by one of before still lead here, in the server and in the background process alike. */
import type { Config } from './config.ts'
import { systemClock } from './model/ids.ts'
import type { Settings } from './model/people.ts'
import type { Database } from './store/connection/database.ts'
import { createSettingStore } from './store/people/settings.ts'

const SETTING = 'public-addresses'
/** A site that moves more often forgets the oldest. */
const MOST = 16

/** FHIR bases that were public, the newest first, with this one. */
export const rememberBase = async (settings: Pick<Settings, 'find' | 'save'>, base: string): Promise<readonly string[]> => {
  const known: unknown = JSON.parse(await settings.find(SETTING) ?? '[]')
  const before = Array.isArray(known) ? known.filter((each): each is string => typeof each === 'string') : []
  const all = [base, ...before.filter((each) => each !== base)].slice(0, MOST)
  if (JSON.stringify(all) !== JSON.stringify(before)) await settings.save(SETTING, JSON.stringify(all))
  return all
}

export const withAddressesOfBefore = async (config: Config, database: Database): Promise<Config> => {
  const [base = ''] = config.bases
  const remembered = await rememberBase(createSettingStore({ database, clock: systemClock }), base)
  return Object.freeze({ ...config, bases: Object.freeze([...new Set([...config.bases, ...remembered])]) })
}
