/** Vitest's settings for everything but the browser journeys: one embedded PostgreSQL for the whole run, one database per test file (test/support/database.ts). */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { fileURLToPath } from 'node:url'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [vue()],
  test: {
    include: ['test/{unit,integration,conformance,regressions,simulation}/**/*.test.ts'],
    globalSetup: ['test/support/cluster.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // a time zone that is not the site's: a day boundary taken from the machine's clock shows
    env: { TZ: 'America/Lima' },
  },
})
