/** What the bundler adds to the language: .vue modules, styles, and the metadata that features give their routes. */
/// <reference types="vite/client" />
import 'vue-router'
import type { RouteAccess } from './shell/feature-route.ts'

declare module 'vue-router' {
  interface RouteMeta {
    readonly access?: RouteAccess
    /** Key of the page's title. */
    readonly title?: string
  }
}
