/** A browser with a profile of its own on the disk, as a PC has one: it can be killed like a PC that loses its power, and started again on what it left. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { findBrowser } from '#infra/setup/browser.ts'

export interface OwnBrowser {
  readonly page: Page
  /** All of its processes end at once, without a word. */
  kill(): Promise<void>
}

export const makeProfile = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'emr-profile-'))

export async function openOwnBrowser(profile: string, baseURL: string): Promise<OwnBrowser> {
  const found = await findBrowser()
  if (!found) throw new Error('no browser: npm run pretest says how to get one')
  const child = spawn(found.executablePath, [...found.args, '--headless', `--user-data-dir=${profile}`, '--remote-debugging-port=0', '--lang=vi-VN', 'about:blank'], { env: found.env, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (text: Buffer) => {
      said += String(text)
      const at = /DevTools listening on (ws:\S+)/.exec(said)?.[1]
      if (at !== undefined) resolve(at)
    })
    void ended.then(() => reject(new Error(`the browser ended: ${said.slice(-500)}`)))
  })
  const browser = await chromium.connectOverCDP(address)
  const [context] = browser.contexts()
  if (!context) throw new Error('no context')
  const page = await context.newPage()
  await page.goto(baseURL)
  return {
    page,
    kill: async () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await ended
      // nobody is there any more to answer: only our end of the connection is given up
      await browser.close().catch(() => undefined)
    },
  }
}
