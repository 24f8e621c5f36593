/** `npm start`: brings up the sites of EMR_ROLE (the demo: one hospital and one data center) with their databases, stays in the foreground, and stops everything in order. */
import fs from 'node:fs'
import path from 'node:path'
import { parseConfig, type Config } from '#api/config.ts'
import { SETUP_CODE_HOURS } from '#api/security/setup-code.ts'
import { askLauncher, openControl } from './control.ts'
import { openDatabases } from './databases.ts'
import { prepareDemo, prepareTraining } from './demo.ts'
import { demoCredentials, type DemoCredentials } from './demo-credentials.ts'
import { prepareDataFolder, requireClock, requireFreePorts } from './machine.ts'
import { loadCodeLists, needsSetup, offerSetupCode } from './first-start.ts'
import { keepSite, withKeptSite } from './kept-site.ts'
import { explain, Problem } from './problem.ts'
import { step, type Say } from './progress.ts'
import { serverEnvironment } from './server-environment.ts'
import { createSite, type Site } from './site.ts'
import { sitesOf, trainingOf, type SiteSettings } from './sites.ts'
import { buildWeb, isWebBuilt } from './web-build.ts'

const say: Say = (line) => console.log(line)

/** Things to close at the end, last opened first. */
const closers: (() => Promise<void> | void)[] = []
let stopping: Promise<void> | undefined

function stop(code: number): Promise<void> {
  stopping ??= (async () => {
    for (const close of closers.reverse()) await close()
    process.exitCode = code
    // a handle left open by a library must not keep a stopped launcher
    setTimeout(() => process.exit(), 2000).unref()
  })().catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
  return stopping
}

async function main(): Promise<void> {
  const config = parseConfig(withKeptSite(process.env))
  const sites = sitesOf(config)
  const training = trainingOf(config)
  const all = training ? [...sites, training] : sites
  const started = performance.now()
  say(`Starting ${all.map((site) => site.name).join(' and ')}; data in ${config.data}`)
  prepareDataFolder(config.data, config.secrets)
  requireClock(config.data)
  const other = await askLauncher(config.data, ['status'], 5000)
  if (other) throw new Problem(`It is already running in ${config.data}: ${other.lines.join('; ')}`)
  await requireFreePorts(all)
  const logs = path.join(config.data, 'log')
  fs.mkdirSync(logs, { recursive: true, mode: 0o700 })
  endWithParent()

  const [databases] = await Promise.all([
    step(say, 'PostgreSQL', () => openDatabases(config, all, say)).then((opened) => {
      closers.push(() => opened.close())
      return opened
    }),
    isWebBuilt() ? undefined : step(say, 'Building the web app (its sources changed)', buildWeb),
  ])
  await step(say, 'Tables', () => databases.prepare())
  keepSite(config)
  const credentials = config.demo ? demoCredentials(config) : undefined
  if (credentials) await step(say, 'Demo data', () => prepareDemo(config, sites, databases, credentials))
  else await step(say, 'Code lists', () => loadCodeLists(config, sites, databases))
  const trainees = training && demoCredentials(config.demo ? config : { ...config, secrets: training.secrets })
  if (training && trainees) await step(say, 'Training data', () => prepareTraining(config, training, databases, trainees))
  if (stopping) return

  const running = all.map((site) => createSite({ name: site.name, address: site.address, env: serverEnvironment(config, site, sites, databases.of(site)), logs, say }))
  closers.push(async () => {
    await Promise.all(running.map((site) => site.stop()))
  })
  const offer = async (): Promise<string | undefined> => (config.demo ? undefined : offerSetupCode(config, sites, databases))
  const control = await openControl(config.data, async (words) => (words[0] === 'setup-code' ? sayCode(running, await offer()) : obey(running, words)))
  closers.push(() => control.close())
  await step(say, 'Servers', () => Promise.all(running.map((site) => site.start())))
  if (stopping) return
  sayReady(config, running, credentials, training && trainees && { site: training, credentials: trainees }, (performance.now() - started) / 1000)
  if (!config.demo && await needsSetup(config, sites, databases)) await saySetup(running, offer)
  process.send?.({ ready: true })
}

/** The commands of `npm run demo`. */
async function obey(sites: readonly Site[], [verb, name]: string[]): Promise<string[]> {
  if (verb === 'status') return Promise.all(sites.map((site) => site.status()))
  const site = sites.find((one) => one.name === name)
  if (!site) throw new Problem(`There is no ${name} in this demo`)
  if (verb === 'stop') await site.stop()
  else await site.start()
  say(`  ${name}: ${verb === 'stop' ? 'stopped' : 'started'} by npm run demo`)
  return [await site.status()]
}

function sayReady(config: Config, sites: readonly Site[], credentials: DemoCredentials | undefined, training: { readonly site: SiteSettings; readonly credentials: DemoCredentials } | undefined, seconds: number): void {
  const titles = { hospital: 'Bệnh viện (hospital):          ', center: 'Trung tâm dữ liệu (data center):', training: 'Tập huấn (training):           ' }
  say('')
  for (const site of sites) say(`  ${titles[site.name]} ${site.address}`)
  if (credentials) {
    say('')
    if (config.role !== 'center') say('  Tài khoản (accounts):  tiepdon  dieuduong  bacsi  truongkhoa  xetnghiem  cdha  quantri')
    if (config.role !== 'hospital') say('  Trung tâm (center):    trungtam')
    say(`  Mật khẩu (password):   ${credentials.password}`)
    if (config.role !== 'center') say(`  PIN ký số (signing):   ${credentials.pin}`)
    say('  Bản trình diễn: không nhập dữ liệu thật (demo: enter no real data)')
  } else if (training) {
    say('')
    say('  Tập huấn (training):   tiepdon  dieuduong  bacsi  truongkhoa  xetnghiem  cdha  quantri')
    say(`  Mật khẩu (password):   ${training.credentials.password}`)
    say(`  PIN ký số (signing):   ${training.credentials.pin}`)
  }
  say('')
  say(`  Ready in ${seconds.toFixed(1)} s. Ctrl-C stops everything.`)
}

/** The code is for the eyes of whoever sits there: what is written into a file is told where to get it. */
async function saySetup(sites: readonly Site[], offer: () => Promise<string | undefined>): Promise<void> {
  say('')
  if (process.stdout.isTTY) for (const line of sayCode(sites, await offer())) say(line)
  else say(`  Chưa có quản trị viên (no administrator yet): open ${sites[0]?.address ?? ''} and take the set-up code from: npm run setup-code`)
}

const sayCode = (sites: readonly Site[], code: string | undefined): string[] => (code === undefined ? ['This site is set up already: sign in.'] : [
  `  Mở địa chỉ (open):           ${sites[0]?.address ?? ''}`,
  `  Mã thiết lập (set-up code):  ${code}`,
  `  Dùng một lần, trong ${SETUP_CODE_HOURS} giờ (once, within ${SETUP_CODE_HOURS} hours). Mã mới (a new one): npm run setup-code`,
])

/** When npm itself is killed, nobody would stop us any more. */
function endWithParent(): void {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid === parent) return
    if (!stopping) say('\nnpm was ended; stopping …')
    void stop(1)
  }, 250).unref()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!stopping) say('\nStopping …')
    void stop(0)
  })
}

main().catch(async (error: unknown) => {
  if (!stopping) {
    const line = explain(error)
    console.error(line === undefined ? error : `\n  ${line.replaceAll('\n', '\n  ')}\n`)
  }
  await stop(1)
})
