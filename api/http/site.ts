/** What anyone may know of this site before signing in: its name, whether it is a demo, its time zone. */
import type { SetupStore } from '../model/setup.ts'
import type { SiteInfo } from '../model/site.ts'
import { json, type Route, type Site } from './route.ts'
import type { HospitalInfo } from './hospital-info.ts'

export const CENTER_NAME = 'Trung tâm dữ liệu y tế Bộ Quốc phòng'
const GOVERNING_BODY = 'Bộ Quốc phòng'

export interface SiteDeps {
  readonly site: Site
  readonly demo: boolean
  readonly training: boolean
  readonly trainingAt?: string | undefined
  readonly timeZone: string
  readonly version: string
  readonly hospital: HospitalInfo
  readonly setup: Pick<SetupStore, 'needed'>
}

/** Name of the site for pages: the hospital's own, or the data center's. */
export const createSiteName = (deps: Pick<SiteDeps, 'site' | 'hospital'>) => async (): Promise<string> =>
  deps.site === 'center' ? CENTER_NAME : ((await deps.hospital.profile())?.name ?? '')

/** GET /api/site -> SiteInfo */
export const siteRoutes = (deps: SiteDeps): Route[] => [{
  method: 'GET', url: '/api/site', site: 'both', access: 'open',
  handler: async () => {
    const profile = deps.site === 'center' ? undefined : await deps.hospital.profile()
    const info: SiteInfo = {
      site: deps.site, demo: deps.demo, version: deps.version, needsSetup: !deps.demo && await deps.setup.needed(), timeZone: deps.timeZone,
      name: deps.site === 'center' ? CENTER_NAME : (profile?.name ?? ''),
      ...(deps.training && { training: true as const }), ...(deps.trainingAt !== undefined && { trainingAt: deps.trainingAt }),
      governingBody: deps.site === 'center' ? GOVERNING_BODY : (profile?.governingBody ?? ''),
    }
    return json(200, info)
  },
}]
