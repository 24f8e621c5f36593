/** The key under which a browser keeps a person's unsent drafts on its own disk: the same for every session of the person at this site, so that a draft survives a killed tab; useless without signing in. */
import { createHmac, randomBytes } from 'node:crypto'
import type { Settings } from '../model/people.ts'

const NAME = 'draft-secret'

/** 32 bytes in base64. */
export const draftKeyOf = async (settings: Settings, account: string): Promise<string> => {
  const secret = await settings.find(NAME) ?? await settings.keep(NAME, randomBytes(32).toString('base64'))
  return createHmac('sha256', Buffer.from(secret, 'base64')).update(account).digest('base64')
}
