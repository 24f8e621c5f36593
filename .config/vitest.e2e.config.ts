/**
 * Vitest's settings for the browser journeys that share a demo and a browser, both really started (test/e2e/support/setup.ts), one file after the other. They share a
 * process too, because loading Playwright costs seconds, and a file that leaves something behind in it fails (test/support/leftovers.ts).
 */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { filesLeftOut } from '../infra/setup/test-long.ts'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/e2e/specs/**/*.test.ts'],
    exclude: filesLeftOut(),
    globalSetup: ['test/e2e/support/setup.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    isolate: false,
    setupFiles: ['test/support/leftovers.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    env: { TZ: 'America/Lima' },
  },
})
