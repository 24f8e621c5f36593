/**
 * A disk that can lose its power: a file behind a write-back cache in a process of its own (nbdkit), seen as ext4 through FUSE and a loop device.
 * What nobody flushed is in that process alone, and dies with it. Needs root, and Debian's nbdkit and libnbd-bin.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Disk {
  /** Where its file system is mounted. */
  readonly mount: string
  /** Everything written so far reaches the file. */
  sync(): void
  /** The power goes: what was not flushed is lost. Programs that use the disk get errors from now on. */
  cut(): Promise<void>
  /** The power is back: the same file, mounted again. Whoever used the disk must have ended. */
  reopen(): Promise<void>
  close(): Promise<void>
}

const TOOLS = ['nbdkit', 'nbdfuse', 'losetup', 'mount', 'umount', 'mkfs.ext4', 'sync']

/** Why no such disk can be had here; undefined when it can. */
export function whyNoDisk(): string | undefined {
  if (process.getuid?.() !== 0) return 'a power cut needs root: loop devices and mounts'
  const missing = TOOLS.filter((tool) => spawnSync('which', [tool]).status !== 0)
  if (missing.length > 0) return `${missing.join(', ')} missing: apt-get install nbdkit libnbd-bin e2fsprogs`
  return ['/dev/fuse', '/dev/loop-control'].find((device) => !fs.existsSync(device))?.concat(' is not there')
}

interface Power { readonly server: ChildProcess; readonly fuse: ChildProcess; readonly folder: string; readonly loop: string }

/** A new, empty one. Throws with the reason when it cannot be had. */
export async function openDisk(megabytes: number): Promise<Disk> {
  const reason = whyNoDisk()
  if (reason !== undefined) throw new Error(reason)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-disk-'))
  fs.chmodSync(folder, 0o755) // PostgreSQL runs as an account of its own
  const image = path.join(folder, 'image')
  const mount = path.join(folder, 'mount')
  fs.mkdirSync(mount)
  fs.closeSync(fs.openSync(image, 'w'))
  fs.truncateSync(image, megabytes * 1024 * 1024)
  must('mkfs.ext4', '-q', '-F', image)
  let turn = 1
  let power = await powerOn(folder, image, mount, turn)
  return {
    mount,
    sync: () => void must('sync', '-f', mount),
    cut: () => end(power.server),
    async reopen() {
      await powerOff(power, mount)
      turn += 1
      power = await powerOn(folder, image, mount, turn)
    },
    async close() {
      await powerOff(power, mount)
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function powerOn(folder: string, image: string, mount: string, turn: number): Promise<Power> {
  const socket = path.join(folder, `socket-${turn}`)
  const fuseFolder = path.join(folder, `fuse-${turn}`)
  fs.mkdirSync(fuseFolder)
  const server = spawn('nbdkit', ['-f', '-U', socket, '--filter=cache', 'file', image, 'cache=writeback', 'cache-min-block-size=4K'], { stdio: 'ignore' })
  await until(`the disk's cache`, () => fs.existsSync(socket))
  const device = path.join(fuseFolder, 'disk')
  const fuse = spawn('nbdfuse', [device, '--unix', socket], { stdio: 'ignore' })
  await until('the disk', () => (fs.statSync(device, { throwIfNoEntry: false })?.size ?? 0) > 0)
  const loop = must('losetup', '-f', '--show', device).trim()
  must('mount', loop, mount)
  return { server, fuse, folder: fuseFolder, loop }
}

async function powerOff(power: Power, mount: string): Promise<void> {
  await end(power.server)
  spawnSync('umount', ['-l', mount])
  spawnSync('losetup', ['-d', power.loop])
  await end(power.fuse)
  spawnSync('umount', ['-l', power.folder])
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 15_000; !holds(); await sleep(10)) if (Date.now() > deadline) throw new Error(`${what} does not come up`)
}

function must(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`)
  return stdout
}
