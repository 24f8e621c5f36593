/** The route table of one site: checked at boot (each row has an access, no row twice), and asked which methods an address takes. */
import type { Route, Site } from './route.ts'

const shape = (route: Route): string => `${route.method} ${route.url.replaceAll(/:[A-Za-z]+/g, ':')}`

/** The rows of the site. Throws, so that the process does not start, on a row without access and on a duplicate. */
export const requireRoutes = (all: readonly Route[], site: Site): Route[] => {
  const routes = all.filter((route) => route.site === site || route.site === 'both')
  const seen = new Set<string>()
  for (const route of routes) {
    const access: unknown = route.access
    const named = typeof access === 'string' && ['open', 'peer', 'session', 'system', 'any'].includes(access)
    const byRole = typeof access === 'object' && access !== null && 'roles' in access && Array.isArray(access.roles) && access.roles.length > 0
    if (!named && !byRole) throw new Error(`Route ${route.method} ${route.url} declares no access.`)
    if (seen.has(shape(route))) throw new Error(`Route ${route.method} ${route.url} is declared twice.`)
    seen.add(shape(route))
  }
  return routes
}

/** Methods that the table knows for a path; empty when the address is unknown. */
export const createMethodFinder = (routes: readonly Route[]): ((path: string) => string[]) => {
  const patterns = routes.map((route) => {
    const source = route.url.split(/:[A-Za-z]+/).map((fixed) => fixed.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('[^/]+')
    return { method: route.method, pattern: new RegExp(`^${source}$`) }
  })
  return (path) => [...new Set(patterns.filter((row) => row.pattern.test(path)).flatMap((row) => (row.method === 'GET' ? ['GET', 'HEAD'] : [row.method])))]
}
