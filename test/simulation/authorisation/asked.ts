/** Whom the model judges, by which rules, over what is stored. */
import type { Actor, Rules } from './rules.ts'
import type { World } from './world.ts'

export interface Asked { readonly world: World; readonly rules: Rules; readonly actor: Actor }
