/**
 * What administrators do with system clients, and the rule of two persons: whoever gives a client access (registers it, adds a scope or a key, makes a secret)
 * could use it to read records that an administrator must not see. So may whoever says where an app is sent to. So it is off until another administrator has approved it by switching it on, as nobody gives
 * roles to themselves (api/http/staff.ts). Taking access away needs nobody else.
 */
import type { AppFacts } from './app-ports.ts'
import type { ClientKey } from './client-keys.ts'
import { outcome } from './outcome.ts'
import type { Client } from './people.ts'
import type { Caller } from './ports.ts'

export interface RegisteredClient extends Client {
  readonly keys: readonly ClientKey[]
  readonly version: number
  /** Account of the administrator whose gift of access waits for another one; '': nothing waits. */
  readonly awaiting: string
  /** When it got its newest token. */
  readonly usedAt: Date | undefined
}

/** What is not named stays. A client proves itself by keys or by a secret: what is given takes the other's place. */
export interface ClientChange {
  readonly name?: string
  readonly scopes?: readonly string[]
  readonly proof?: Pick<RegisteredClient, 'secret' | 'keys'>
  readonly active?: boolean
  /** Of an app: where it may be sent back to, and started. */
  readonly app?: Pick<AppFacts, 'redirectUris' | 'launchUrl'>
}

export type ClientAction = 'client-change' | 'client-keys' | 'client-secret' | 'client-on' | 'client-off'

/** Each change writes its audit row, and ends the tokens that it must end, in its own transaction. */
export interface ClientRegistry {
  /** In order of their ids. */
  list(): Promise<RegisteredClient[]>
  /** Off, until another administrator approves it. Throws client-taken. */
  register(caller: Caller, client: Pick<RegisteredClient, 'client' | 'name' | 'secret' | 'keys' | 'scopes' | 'app'>): Promise<RegisteredClient>
  /** Throws not-found, version-conflict, client-needs-second-person. */
  change(caller: Caller, client: string, change: ClientChange, expected: number, action: ClientAction): Promise<RegisteredClient>
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
const within = <T>(some: readonly T[], all: readonly T[]): boolean => some.every((each) => all.some((other) => same(each, other)))

/** Codes and launches go to these: a new one gives access as a new key does. */
const addressesOf = (app: AppFacts | undefined): readonly string[] => (app === undefined ? [] : [...app.redirectUris, ...(app.launchUrl === '' ? [] : [`launch ${app.launchUrl}`])])

export interface Settled extends RegisteredClient { readonly endsTokens: boolean }

/** The client as it is after the change, by the account. Throws client-needs-second-person. Pure. */
export const settle = (found: RegisteredClient, { name = found.name, scopes = found.scopes, proof = found, active, app }: ClientChange, by: string): Settled => {
  const { secret, keys } = proof
  if (found.app?.public === true && (secret !== '' || keys.length > 0)) throw outcome('bad-request', { expression: 'jwks', diagnostics: 'An app that cannot keep a secret has neither secret nor keys.' })
  // which scopes there are depends on it, so it never changes
  if (app !== undefined && found.app === undefined) throw outcome('bad-request', { expression: 'app', diagnostics: 'A system client does not become an app of persons.' })
  if (scopes !== found.scopes && app === undefined && found.app !== undefined) throw outcome('bad-request', { expression: 'app', diagnostics: 'It is an app of persons.' })
  const where = found.app && { ...found.app, ...app }
  const [was, is] = [addressesOf(found.app), addressesOf(where)]
  const gives = !within(is, was) || !within(scopes, found.scopes) || !within(keys, found.keys) || (secret !== '' && secret !== found.secret)
  const takes = !within(was, is) || !within(found.scopes, scopes) || !within(found.keys, keys) || (found.secret !== '' && secret === '')
  if (active === true && found.awaiting === by) throw outcome('client-needs-second-person')
  const awaiting = gives ? by : active === true ? '' : found.awaiting
  const on = !gives && (active ?? found.active)
  return { ...found, ...(where && { app: where }), name, scopes, secret, keys, awaiting, active: on, version: found.version + 1, endsTokens: gives || takes || !on }
}
