/** Vitest's settings for the browser journeys that share a demo: one demo that was really started (test/e2e/support/setup.ts), one file after the other. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/e2e/specs/**/*.test.ts'],
    globalSetup: ['test/e2e/support/setup.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    env: { TZ: 'America/Lima' },
  },
})
