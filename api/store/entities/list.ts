/**
 * The tables that are entities: those whose rows people make and edit one at a time. The rest stays SQL, for one of three reasons:
 * - it is asked on every request or written with every resource (sessions, resource, history, postings, audit, journal, document). Measured on this stack, a
 *   row with its 2 KB body is read 1,200-2,300 times a second through an entity and 14,000-17,000 times by a named statement; a resource with five search
 *   rows is written 400 and 1,800 times a second;
 * - it is written in sets by one statement (postings, audit rows, inbox), 5 times faster than entity by entity;
 * - the statement itself is the lock: throttle, counters, claims of conditions, attempts on a signing key, enrolment of a node. Read, decide, write would let two pass.
 */
import { Account } from './account.ts'
import { AccountGrant } from './account-grant.ts'
import { Draft } from './draft.ts'
import { HospitalSeal } from './hospital-seal.ts'
import { Node } from './node.ts'
import { Setting } from './setting.ts'
import { SystemClient } from './system-client.ts'

export const ENTITIES = [Account, AccountGrant, Draft, HospitalSeal, Node, Setting, SystemClient] as const
