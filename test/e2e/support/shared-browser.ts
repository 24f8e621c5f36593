/** The one browser of the journeys, whose files share a process (.config/vitest.e2e.config.ts): a start takes seconds. It ends with the process, whose pipe it hangs on. */
import type { Browser, BrowserContext } from 'playwright-core'
import { launchBrowser } from './browser.ts'

// the handlers of signals would stay behind in the process (test/support/leftovers.ts)
const launched = launchBrowser({ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false })
// whoever asks for it hears of a failure
launched.catch(() => undefined)

export interface SharedBrowser extends Pick<Browser, 'newContext'> {
  /** Closes what was opened here; the browser goes on. */
  close(): Promise<void>
}

/** For one file. */
export async function sharedBrowser(): Promise<SharedBrowser> {
  const browser = await launched
  const opened: BrowserContext[] = []
  return {
    async newContext(options) {
      const context = await browser.newContext(options)
      opened.push(context)
      return context
    },
    close: async () => { for (const context of opened) await context.close() },
  }
}
