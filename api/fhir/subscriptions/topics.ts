/**
 * The topics that a Subscription can name (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html). R4 has no resource for them, so they are built in and
 * the CapabilityStatement lists their canonicals. Each tells of any type: which one, and which resources of it, say the filters.
 */
import { TOPIC } from '../../model/systems.ts'
import type { Change } from '../../model/subscription-plan.ts'

interface Topic { readonly url: string; readonly changes: readonly Change[] }

export const TOPICS: readonly Topic[] = [
  { url: TOPIC.changed, changes: ['C', 'U', 'D'] },
  { url: TOPIC.created, changes: ['C'] },
  { url: TOPIC.updated, changes: ['U'] },
  // of what is deleted nothing is left to search by but its id and whose record it was in
  { url: TOPIC.deleted, changes: ['D'] },
]

export const findTopic = (url: string): Topic | undefined => TOPICS.find((topic) => topic.url === url)

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition'
export const PROFILE = {
  subscription: `${BACKPORT}/backport-subscription`,
  notification: `${BACKPORT}/backport-subscription-notification-r4`,
  status: `${BACKPORT}/backport-subscription-status-r4`,
} as const
export const BACKPORT_EXTENSION = {
  filter: `${BACKPORT}/backport-filter-criteria`,
  content: `${BACKPORT}/backport-payload-content`,
  heartbeat: `${BACKPORT}/backport-heartbeat-period`,
  timeout: `${BACKPORT}/backport-timeout`,
  maxCount: `${BACKPORT}/backport-max-count`,
  channelType: `${BACKPORT}/backport-channel-type`,
  topic: `${BACKPORT}/capabilitystatement-subscriptiontopic-canonical`,
} as const
