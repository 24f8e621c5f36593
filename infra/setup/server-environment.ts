/** The environment of a site's processes: only what they need. The administrator's database address and the other site's keys are not in it. */
import type { Config } from '#api/config.ts'
import type { SiteDatabase } from './databases.ts'
import { trainingOf, type SiteSettings } from './sites.ts'

const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'EMR_LOG', 'EMR_CONCURRENCY', 'EMR_QUEUE', 'EMR_PROXIES', 'EMR_SUBSCRIPTION_ENDPOINTS', 'EMR_HL7_PORT', 'EMR_HL7_HOST', 'EMR_HL7_DEVICES', 'EMR_PACS']

/** For server and worker alike. In the demo the hospital pushes to the center that runs beside it; a training hospital knows of no center and of no real address. */
export function serverEnvironment(config: Config, site: SiteSettings, sites: readonly SiteSettings[], database: SiteDatabase, environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const centerUrl = config.centerUrl ?? sites.find((one) => one.name === 'center')?.address
  const hospitalUrl = sites.find((one) => one.name === 'hospital')?.address
  const training = site.name === 'training'
  const settings: Record<string, string | undefined> = {
    ...Object.fromEntries(PASSED_ON.map((name) => [name, environment[name]])),
    ...(training && { EMR_SUBSCRIPTION_ENDPOINTS: undefined }),
    EMR_ROLE: training ? 'hospital' : site.name,
    EMR_HOST: site.host,
    EMR_PORT: String(training ? site.port : config.port),
    EMR_CENTER_PORT: String(config.centerPort),
    EMR_DATA: training ? `${config.data}/training` : config.data,
    EMR_SECRETS: site.secrets,
    EMR_TENANT: String(site.tenant),
    EMR_TZ: config.timeZone,
    EMR_PUBLIC_URL: training ? config.trainingUrl ?? site.address : environment.EMR_PUBLIC_URL ?? hospitalUrl ?? site.address,
    EMR_DEMO: config.demo && !training ? '1' : '0',
    EMR_TRAINING: training ? '1' : '0',
    EMR_APP_DATABASE_URL: database.appUrl,
    ...(site.name === 'hospital' ? { EMR_CENTER_URL: centerUrl, EMR_TRAINING_URL: config.trainingUrl ?? trainingOf(config)?.address } : {}),
    // tests have one for all their demos, whose data folders are new
    NODE_COMPILE_CACHE: environment.NODE_COMPILE_CACHE ?? `${config.data}/compile-cache`,
  }
  return Object.fromEntries(Object.entries(settings).filter((pair): pair is [string, string] => pair[1] !== undefined))
}
