/** How a feature says which pages it has: features/NAME/routes.ts exports `default` an array of these. The router and the top bar read the same rows. */
import type { Component, Ref } from 'vue'
import type { Role } from '#api/model/actor.ts'

export interface RouteAccess {
  /** `open`: anyone; `session`: signed in; roles: signed in and holding one of them. */
  readonly who: 'open' | 'session' | readonly Role[]
  readonly site: 'hospital' | 'center' | 'both'
  /** Only at the training hospital, or at none. */
  readonly only?: 'training' | 'live'
}

export interface FeatureRoute {
  readonly name: string
  readonly path: string
  /** () => import('./QueuePage.vue'): a chunk of its own. */
  readonly page: () => Promise<unknown>
  /** Message key of the page's title. */
  readonly title: string
  readonly access: RouteAccess
  /** Place in the main menu; the first one a person may use is their home. */
  readonly menu?: {
    readonly order: number
    readonly label: string
    readonly icon: Component
    /** Whose bar has it; left out: everybody's who may open it. Others find it by Ctrl+K: their bar is full. */
    readonly bar?: readonly Role[]
    /** Address that answers {count}: how much waits there. */
    readonly count?: string
    /** Seconds after which it is asked again; what may be dangerous is asked more often. */
    readonly every?: number
    /** How much waits there on this PC. */
    readonly here?: Ref<number>
  }
}
