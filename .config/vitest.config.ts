/**
 * Vitest's settings for everything but the browser journeys: one embedded PostgreSQL for the whole run, one database per test file (test/support/database.ts).
 * Loading the product costs more than most files' tests, so the files of parts share a process or two (`npm test`: five runs of one, each with a share of the files), and a file that leaves something behind in its process
 * fails (test/support/leftovers.ts). The modules of a screen hold its state, so each of their files has a process of its own.
 */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { fileURLToPath } from 'node:url'
import { filesLeftOut } from '../infra/setup/test-long.ts'
import { shareOf } from '../infra/setup/test-shares.ts'

const SCREENS = 'test/unit/web/**/*.test.ts'

/** Most seconds first, so that no process is left with a long file at the end. A fresh clone has no durations of an earlier run to go by. */
const LONG = [
  'isolation/routes', 'people/throttle', 'conformance/corpus', 'printing/forms', 'fhir/bulk-killed', 'integration/signing/keys', 'simulation/fuzz',
  'fhir/subscriptions-killed', 'exchange/worker', 'fhir/bundles', 'api/server', 'simulation/exchange', 'simulation/authorisation', 'store/hostile-search',
  'people/seed', 'conformance/capability', 'exchange/delivery', 'integration/signing/visit.', 'signing/long-chart', 'infra/own-postgres',
]
const rank = ({ moduleId, project }: TestSpecification): number => {
  const at = LONG.findIndex((name) => moduleId.includes(name))
  return project.name === 'screens' ? -1 : at === -1 ? LONG.length : at
}

class LongestFirst extends BaseSequencer {
  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const name = ({ moduleId, project }: TestSpecification): string => `${moduleId} ${project.name}`
    return shareOf(files.toSorted((one, other) => rank(one) - rank(other) || (name(one) < name(other) ? -1 : 1)), this.ctx.config.shard ?? { index: 1, count: 1 })
  }

  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [vue()],
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // a time zone that is not the site's: a day boundary taken from the machine's clock shows
    env: { TZ: 'America/Lima' },
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'screens', include: [SCREENS] } },
      {
        extends: true,
        test: {
          name: 'parts', include: ['test/{unit,integration,conformance,regressions,simulation}/**/*.test.ts'], exclude: [SCREENS, ...filesLeftOut()],
          globalSetup: ['test/support/cluster.ts'], setupFiles: ['test/support/leftovers.ts'], isolate: false,
        },
      },
    ],
  },
})
