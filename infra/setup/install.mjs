/**
 * What `npm start` and `npm test` run first: brings every package of the lock, Node 24 among them. Plain code for whatever Node runs npm
 * (20.19 or newer), without dependencies; does nothing, in milliseconds, when all is there. With --test also what only tests need.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..')
const modules = path.join(root, 'node_modules')
const stampFile = path.join(modules, '.installed')
const lockFile = path.join(root, 'package-lock.json')
const NEEDED_BYTES = 1.2e9

/** One clear line, and the end. */
function fail(line) {
  process.stderr.write(`\n  ${line}\n\n`)
  process.exit(1)
}

function checkMachine() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) fail(`Node ${process.versions.node} is too old: install Node 20.19 or newer (https://nodejs.org), then run the same command again.`)
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
    fail(`${process.platform} on ${process.arch} is not supported: this runs on 64-bit Linux (x64 or arm64), for instance Debian 12.`)
  if (process.report && !process.report.getReport().header.glibcVersionRuntime) fail('This Linux has no glibc (Alpine?): use Debian, Ubuntu or another glibc distribution.')
}

const wantedStamp = () => `${createHash('sha256').update(fs.readFileSync(lockFile)).digest('hex')} ${process.platform} ${process.arch}`
const readStamp = () => {
  try {
    return fs.readFileSync(stampFile, 'utf8')
  } catch {
    return '' // not installed yet
  }
}

/** One installation at a time, when `npm start` and `npm test` meet on a fresh clone. */
async function alone(work) {
  const lock = path.join(root, '.cache/install.lock')
  fs.mkdirSync(path.dirname(lock), { recursive: true })
  for (let told = false; ;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = Number(fs.readFileSync(lock, { encoding: 'utf8', flag: 'a+' }))
    if (holder && !fs.existsSync(`/proc/${holder}`)) {
      fs.rmSync(lock, { force: true })
      continue
    }
    if (!told) process.stdout.write(`Another installation is running (process ${holder}); waiting for it.\n`)
    told = true
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  process.once('exit', () => fs.rmSync(lock, { force: true }))
  await work()
}

async function installPackages() {
  if (readStamp() === wantedStamp()) return
  checkDisk()
  const wanted = Object.entries(JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages)
    .filter(([folder, entry]) => folder && (!entry.os || entry.os.includes(process.platform)) && (!entry.cpu || entry.cpu.includes(process.arch))).map(([folder]) => folder)
  process.stdout.write(`Installing ${wanted.length} packages (only on the first run, and when they change):\n`)
  const started = Date.now()
  const progress = setInterval(() => {
    const there = wanted.filter((folder) => fs.existsSync(path.join(root, folder, 'package.json'))).length
    process.stdout.write(`  ${there} of ${wanted.length}, ${Math.round((Date.now() - started) / 1000)} s\n`)
  }, 3000)
  const { code, output } = await runNpm(['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'])
  clearInterval(progress)
  if (code !== 0) fail(explain(output))
  linkNode()
  fs.writeFileSync(stampFile, wantedStamp())
  process.stdout.write(`  done in ${Math.round((Date.now() - started) / 1000)} s\n`)
}

function checkDisk() {
  const { bavail, bsize } = fs.statfsSync(root)
  if (bavail * bsize < NEEDED_BYTES) fail(`Not enough disk space in ${root}: ${Math.floor(bavail * bsize / 1e6)} MB free, ${NEEDED_BYTES / 1e6} MB needed. Free some, then run the same command again.`)
  try {
    fs.accessSync(root, fs.constants.W_OK)
  } catch {
    fail(`${root} cannot be written by this account: change its owner, or clone into a folder of your own.`)
  }
}

/** npm with the settings of the person, without what the surrounding `npm run` put in. */
function runNpm(args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(package_|lifecycle_|command)/.test(name) && name !== 'NODE_ENV'))
  const own = process.env.npm_execpath
  const [command, ...first] = own && /\.c?js$/.test(own) ? [process.execPath, own] : ['npm']
  const child = spawn(command, [...first, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { output = (output + text).slice(-20_000) })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: String(error) }))
    child.once('close', (code) => resolve({ code, output }))
  })
}

function explain(output) {
  if (/ENOSPC/.test(output)) return `No disk space left in ${root} (about ${NEEDED_BYTES / 1e6} MB are needed). Free some, then run the same command again.`
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i.test(output)) {
    const registry = spawnSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }).stdout?.trim()
    return `The package registry ${registry || ''} cannot be reached: check the network or proxy (npm config get registry), then run the same command again.`
  }
  if (/EACCES|EPERM|EROFS/.test(output)) return `npm may not write in ${root}: change its owner, or clone into a folder of your own.`
  if (/EUSAGE|EINTEGRITY/.test(output)) return `package-lock.json does not fit package.json or the registry: ${lastLine(output)}`
  return `npm ci failed: ${lastLine(output)}`
}

function lastLine(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
  return lines.find((line) => /^(Missing|Invalid):/.test(line)) ?? lines.find((line) => line && !/^code |complete log/.test(line)) ?? 'no reason given'
}

/** npm 10 leaves .bin/node out when several packages offer it; npm 11 makes it. The next line of an npm script finds Node 24 through it. */
function linkNode() {
  const link = path.join(modules, '.bin/node')
  const target = `../node-linux-${process.arch}/bin/node`
  if (!fs.existsSync(path.join(modules, '.bin', target))) fail(`The package node-linux-${process.arch} is missing after the installation: is "omit=optional" set in .npmrc?`)
  if (fs.existsSync(link)) return
  fs.mkdirSync(path.dirname(link), { recursive: true })
  fs.rmSync(link, { force: true })
  fs.symlinkSync(target, link)
}

checkMachine()
alone(installPackages).then(() => {
  if (!process.argv.includes('--test')) return
  const tools = spawnSync(path.join(modules, '.bin/node'), [path.join(root, 'infra/setup/test-tools.ts')], { cwd: root, stdio: 'inherit' })
  process.exitCode = tools.status ?? 1
}).catch((error) => fail(`The installation failed: ${error.message}`))
