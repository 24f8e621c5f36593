/** The PACS of a hospital put together: its file, its password, and the routes that show its pictures. */
import { readFileSync, statSync } from 'node:fs'
import type { Config } from './config.ts'
import { createPacs } from './dicomweb/pacs.ts'
import { createPacsCaller } from './dicomweb/pacs-call.ts'
import { parseCredentials, parsePacs } from './dicomweb/pacs-file.ts'
import { adminPacsRoutes } from './http/admin-pacs.ts'
import { pictureRoutes, type PictureDeps } from './http/pictures.ts'
import type { Route } from './http/route.ts'
import type { Pacs } from './model/pictures.ts'

export interface Pictures { readonly pacs: Pacs | undefined; readonly routes: readonly Route[]; close(): void }

/** Questions to the PACS at a time, for the whole hospital, and how many more may wait. */
const AT_ONCE = 8, WAITING = 40

const routesOf = (deps: PictureDeps): Route[] => [...pictureRoutes(deps), ...adminPacsRoutes(deps)]

/** Throws with a line that says what is wrong with the file, at the start. */
export const composePictures = ({ pacs: path }: Pick<Config, 'pacs'>, deps: Omit<PictureDeps, 'pacs'>): Pictures => {
  if (path === undefined) return { pacs: undefined, routes: routesOf({ ...deps, pacs: undefined }), close: () => undefined }
  const { name, url, ca, credentials } = parsePacs(readFileSync(path, 'utf8'))
  const caller = createPacsCaller({
    base: url, atOnce: AT_ONCE, waiting: WAITING, ...(ca !== undefined && { ca: readFileSync(ca, 'utf8') }),
    ...(credentials !== undefined && { authorization: parseCredentials(readFileSync(credentials, 'utf8'), statSync(credentials).mode) }),
  })
  const pacs = createPacs({ name, address: `${url.origin}${url.pathname}`, caller, clock: deps.clock })
  return { pacs, routes: routesOf({ ...deps, pacs }), close: () => caller.close() }
}
