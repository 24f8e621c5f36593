/** A route in a state worth looking at. */
import type { Page } from 'playwright-core'
import type { World } from './world.ts'

export interface State {
  /** File name of the picture. */
  readonly name: string
  readonly site: 'hospital' | 'center' | 'training'
  /** undefined: nobody is signed in. */
  readonly login?: string
  readonly path: (world: World) => string
  /** What must be there before the picture. */
  readonly ready: (page: Page) => Promise<unknown>
  /** Name of the state that leaves behind what this one shows, where the world does not have it. */
  readonly after?: string
  /** What the browser says about a failure that the state itself makes. */
  readonly complains?: RegExp
  /** CSS pixels of a window that is narrow, or magnified: 683 x 384 is 1366 x 768 at 200 %. Else the size of the pictures. */
  readonly viewport?: { readonly width: number; readonly height: number }
  /** Brings the page into the state. */
  readonly act?: (page: Page, world: World) => Promise<unknown>
}
