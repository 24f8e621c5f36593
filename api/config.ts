/**
 * The settings of a process: one schema, parsed once, frozen. The only reader of the environment in api/ (a lint rule holds it; server.ts and worker.ts hand it
 * over); start-up, backup and tests read a few names of their own. Names are part of the contract with operators (README).
 */
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { parseOrigins } from './model/endpoints.ts'
import { isLoopback } from './model/loopback.ts'

const port = (standard: number) => z.coerce.number().int().min(1).max(65535).default(standard)
const optional = z.string().min(1).optional()
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgresql:// address').optional()
const httpUrl = z.string().regex(/^https?:\/\/[^\s]+$/, 'must be an http(s):// address').transform((url) => url.replace(/\/+$/, '')).optional()

/** "https://lab.example, http://127.0.0.1:9000": read when the process starts. */
const origins = z.string().default('').transform((text, context) => {
  const found = parseOrigins(text)
  if (found === undefined) context.addIssue({ code: 'custom', message: 'must be addresses of the form https://host or https://host:port, with commas between them' })
  return found ?? []
})

/** "10.0.0.2, 10.1.0.0/24" */
const networks = z.string().default('').transform((text) => text.split(',').map((each) => each.trim()).filter((each) => each !== ''))
  .refine((all) => all.every(isNetwork), 'must be IP addresses or networks (10.0.0.2, 10.1.0.0/24), with commas between them')

const isNetwork = (text: string): boolean => {
  const [address = '', bits, more] = text.split('/')
  const family = isIP(address)
  return family !== 0 && more === undefined && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128)))
}

const timeZone = z.string().default('Asia/Ho_Chi_Minh').refine((name) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}, 'is not a time zone that this machine knows')

const EnvironmentSchema = z.object({
  /** `demo` is for the launcher: it starts one hospital and one center. */
  EMR_ROLE: z.enum(['demo', 'hospital', 'center']).default('demo'),
  EMR_HOST: z.string().min(1).default('127.0.0.1'),
  EMR_PORT: port(8080),
  EMR_CENTER_PORT: port(8090),
  /** For the launcher: a training hospital runs beside this one. For a server: it is that training hospital. */
  EMR_TRAINING: z.enum(['0', '1']).default('0'),
  EMR_TRAINING_PORT: port(8095),
  /** Where the people of this hospital find its training hospital; else the same host with EMR_TRAINING_PORT. */
  EMR_TRAINING_URL: httpUrl,
  EMR_DATA: z.string().min(1).default('.data'),
  EMR_TENANT: z.coerce.number().int().min(0).max(2147483647).optional(),
  EMR_TZ: timeZone,
  EMR_PUBLIC_URL: httpUrl,
  EMR_DEMO: z.enum(['0', '1']).optional(),
  EMR_DEMO_PASSWORD: optional,
  EMR_DEMO_PIN: z.string().regex(/^\d{6,12}$/, 'must be 6 to 12 digits').optional(),
  /** emr_app's address, handed over by the launcher. */
  EMR_APP_DATABASE_URL: postgresUrl,
  /** Your own PostgreSQL instead of the embedded one: an address that may create roles and databases. */
  DATABASE_URL: postgresUrl,
  EMR_CENTER_DATABASE_URL: postgresUrl,
  /** Where this hospital pushes its journal. */
  EMR_CENTER_URL: httpUrl,
  /** From them alone X-Forwarded-For is believed; without any the caller is who connects. */
  EMR_PROXIES: networks,
  /** Receivers of notifications that this site may call; none when left out. */
  EMR_SUBSCRIPTION_ENDPOINTS: origins,
  /** Where devices call (HL7 v2 over MLLP): nobody while it is left out. The address is this machine's own unless told otherwise. */
  EMR_HL7_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  EMR_HL7_HOST: z.string().min(1).default('127.0.0.1'),
  /** File that names the devices. */
  EMR_HL7_DEVICES: optional,
  /** File that names the PACS whose pictures are shown; none when left out. */
  EMR_PACS: optional,
  EMR_SECRETS: optional,
  EMR_LOG: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  /** Requests worked on at once, and how many may wait for a place. */
  EMR_CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(64),
  EMR_QUEUE: z.coerce.number().int().min(0).max(100000).default(512),
})

export interface Config {
  readonly role: 'demo' | 'hospital' | 'center'
  readonly host: string
  /** Port of the hospital. */
  readonly port: number
  readonly centerPort: number
  /** See EMR_TRAINING: invented patients, nothing leaves, no print without its mark. */
  readonly training: boolean
  readonly trainingPort: number
  readonly trainingUrl: string | undefined
  /** Absolute path. */
  readonly data: string
  /** Folder for what bulk imports have sent, until it is stored. */
  readonly uploads: string
  /** Folder with keys, mode 700. */
  readonly secrets: string
  readonly tenant: number
  readonly timeZone: string
  /** Base of the addresses that stand in QR codes, without a slash at the end. */
  readonly publicUrl: string
  /** FHIR bases of this site itself: the public one first, where it listens, and, once its database is open, the public ones of before (compose-addresses.ts). A reference by one of them leads here. */
  readonly bases: readonly string[]
  readonly demo: boolean
  readonly demoPassword: string | undefined
  readonly demoPin: string | undefined
  readonly appDatabaseUrl: string | undefined
  readonly databaseUrl: string | undefined
  readonly centerDatabaseUrl: string | undefined
  readonly centerUrl: string | undefined
  /** Addresses and networks of proxies that say for whom they call. */
  readonly proxies: readonly string[]
  /** Origins of receivers that subscriptions may call. */
  readonly subscriptionEndpoints: readonly string[]
  readonly hl7: { readonly host: string; readonly port: number | undefined; readonly devices: string | undefined }
  /** Path of the file that names the PACS. */
  readonly pacs: string | undefined
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  readonly concurrency: number
  readonly queue: number
}

/** The settings are wrong: one clear line each. */
export class ConfigError extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join('\n'))
    this.name = 'ConfigError'
  }
}

const DEMO_HOSPITAL = 900
/** Hosts to listen on that are no address. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Reads the environment once. Throws ConfigError with a line for each wrong setting. */
export const parseConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const result = EnvironmentSchema.safeParse(given)
  if (!result.success) throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  const env = result.data
  const demo = env.EMR_DEMO === undefined ? env.EMR_ROLE === 'demo' : env.EMR_DEMO === '1'
  const errors: string[] = []
  if (demo && !isLoopback(env.EMR_HOST)) errors.push(`EMR_HOST: demo mode listens on this machine only (127.0.0.1), not on ${env.EMR_HOST}`)
  if (env.EMR_ROLE === 'center' && env.EMR_TENANT !== undefined && env.EMR_TENANT !== 0) errors.push('EMR_TENANT: the data center is tenant 0')
  if (env.EMR_ROLE === 'hospital' && env.EMR_TENANT === 0) errors.push('EMR_TENANT: 0 is the data center')
  if (env.EMR_ROLE === 'hospital' && env.EMR_TENANT === undefined && !demo) errors.push('EMR_TENANT: the number that the data center has allotted to this hospital is needed at its first start, for instance: EMR_ROLE=hospital EMR_TENANT=901 npm start')
  const training = env.EMR_TRAINING === '1'
  if (!demo && !training && env.EMR_DEMO_PASSWORD !== undefined) errors.push('EMR_DEMO_PASSWORD: only in demo mode and for training')
  if (training && env.EMR_ROLE === 'center') errors.push('EMR_TRAINING: the data center has no training mode')
  if (env.EMR_HL7_PORT !== undefined && env.EMR_HL7_DEVICES === undefined) errors.push('EMR_HL7_DEVICES: a file that names the devices is needed where they call (EMR_HL7_PORT)')
  if (errors.length > 0) throw new ConfigError(errors)
  const data = resolve(env.EMR_DATA)
  const listening = env.EMR_ROLE === 'center' ? env.EMR_CENTER_PORT : env.EMR_PORT
  const listensAt = `http://${env.EMR_HOST}:${listening}`
  const publicUrl = env.EMR_PUBLIC_URL ?? listensAt
  return Object.freeze({
    role: env.EMR_ROLE,
    host: env.EMR_HOST,
    port: env.EMR_PORT,
    centerPort: env.EMR_CENTER_PORT,
    training,
    trainingPort: env.EMR_TRAINING_PORT,
    trainingUrl: env.EMR_TRAINING_URL,
    data,
    uploads: join(data, 'imports', env.EMR_ROLE),
    secrets: resolve(env.EMR_SECRETS ?? join(data, 'secrets')),
    tenant: env.EMR_ROLE === 'center' ? 0 : (env.EMR_TENANT ?? DEMO_HOSPITAL),
    timeZone: env.EMR_TZ,
    publicUrl,
    bases: Object.freeze([...new Set([publicUrl, ...(EVERYWHERE.has(env.EMR_HOST) ? [] : [listensAt])])].map((address) => `${address}/fhir/R4`)),
    demo,
    demoPassword: env.EMR_DEMO_PASSWORD,
    demoPin: env.EMR_DEMO_PIN,
    appDatabaseUrl: env.EMR_APP_DATABASE_URL,
    databaseUrl: env.DATABASE_URL,
    centerDatabaseUrl: env.EMR_CENTER_DATABASE_URL,
    centerUrl: env.EMR_CENTER_URL,
    proxies: env.EMR_PROXIES,
    subscriptionEndpoints: env.EMR_SUBSCRIPTION_ENDPOINTS,
    hl7: Object.freeze({ host: env.EMR_HL7_HOST, port: env.EMR_HL7_PORT, devices: env.EMR_HL7_DEVICES }),
    pacs: env.EMR_PACS,
    logLevel: env.EMR_LOG,
    concurrency: env.EMR_CONCURRENCY,
    queue: env.EMR_QUEUE,
  })
}
