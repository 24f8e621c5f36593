/** Deny by default: whether a caller meets what the route declares (type Access). What they may see of which patient is the policy's question, later. */
import { holds } from '../model/actor.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller } from '../model/ports.ts'
import type { GuardedRoute } from './route.ts'

/** Throws sign-in-needed without a caller, forbidden for one of the wrong kind or without the role. */
export const requireAccess = (access: GuardedRoute['access'], caller: Caller | undefined): Caller => {
  if (caller === undefined) throw outcome('sign-in-needed')
  const { actor } = caller
  if (actor.kind === 'internal') throw outcome('forbidden', { diagnostics: 'The product itself does not call routes.' })
  const admitted = access === 'any'
    || (access === 'system' && actor.kind === 'system')
    // an app has the FHIR interface, never the screens
    || (access === 'session' && actor.kind === 'person' && actor.app === undefined)
    || (typeof access === 'object' && holds(actor, ...access.roles))
  if (!admitted) throw outcome('forbidden', { diagnostics: 'The route is not for this kind of caller or role.' })
  return caller
}
