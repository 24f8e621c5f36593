/** Vitest's settings for what starts, kills, sets up, backs up and restores sites of its own. They run beside those of vitest.e2e.config.ts, from which they differ in what they share: nothing. */
import { defineConfig } from 'vitest/config'
import journeys from './vitest.e2e.config.ts'

export default defineConfig({ ...journeys, test: { ...journeys.test, include: ['test/e2e/machines/**/*.test.ts'], globalSetup: [], setupFiles: [], isolate: true } })
