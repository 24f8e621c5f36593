/** The pages of all features, and the rules that follow from their rows: who may open which, what the menu shows, where a person's day starts. Pure. */
import type { Role } from '#api/model/actor.ts'
import type { FeatureRoute, RouteAccess } from './feature-route.ts'

export interface Visitor { readonly site: 'hospital' | 'center'; readonly roles: readonly Role[]; /** At the training hospital. */ readonly training?: boolean }

export const mayOpen = (access: RouteAccess, visitor: Visitor | undefined): boolean => {
  if (access.who === 'open') return true
  if (!visitor || (access.site !== 'both' && access.site !== visitor.site)) return false
  if (access.only !== undefined && (access.only === 'training') !== (visitor.training === true)) return false
  return access.who === 'session' || access.who.some((role) => visitor.roles.includes(role))
}

export type MenuRoute = FeatureRoute & { readonly menu: NonNullable<FeatureRoute['menu']> }

export const menuOf = (routes: readonly FeatureRoute[], visitor: Visitor | undefined): readonly MenuRoute[] =>
  routes
    .filter((route): route is MenuRoute => route.menu !== undefined && mayOpen(route.access, visitor))
    .sort((a, b) => a.menu.order - b.menu.order)

/** Path of the page where this person's day starts. */
export const homeOf = (routes: readonly FeatureRoute[], visitor: Visitor): string => menuOf(routes, visitor)[0]?.path ?? '/khong-co-quyen'

const files = import.meta.glob<readonly FeatureRoute[]>('../features/*/routes.ts', { eager: true, import: 'default' })

export const featureRoutes: readonly FeatureRoute[] = Object.values(files).flat()
