/** Vitest's global set-up: one embedded PostgreSQL cluster in a temporary folder, shared by every test file of the run; its roles are the product's. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { openEmbedded } from '#infra/postgres/embedded.ts'
import { isAlive } from '#infra/postgres/postmaster.ts'
import { readSecret } from '#infra/postgres/secret-file.ts'
import type { RolePasswords } from '#infra/postgres/provision.ts'
import { provisionRoles, readRolePasswords } from '#infra/postgres/provision.ts'

/** What a test file reads with `inject('cluster')`. */
export interface TestCluster {
  /** Administrator's URL of the database `postgres`. */
  readonly adminUrl: string
  readonly passwords: RolePasswords
}

declare module 'vitest' {
  export interface ProvidedContext { cluster: TestCluster }
}

const PREFIX = 'emr-test-'

/** Hundreds of small databases, made and dropped: each drop looks through all shared buffers, and packing the pages of a log that nobody will read is work for nothing. */
const SETTINGS = { shared_buffers: '256MB', wal_compression: 'off' }

/** Folders of runs that were killed. */
function removeAbandoned(): void {
  for (const name of fs.readdirSync(os.tmpdir()).filter((one) => one.startsWith(PREFIX))) {
    const folder = path.join(os.tmpdir(), name)
    const owner = readSecret(path.join(folder, 'postgres.owner'))?.split(' ')[0]
    if (owner !== undefined && !isAlive(Number(owner))) fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Starts the cluster; the function it answers removes it. EMR_TEST_DATABASE_URL names an administrator of another server to test on. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  removeAbandoned()
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), PREFIX))
  fs.chmodSync(folder, 0o711)
  const passwords = readRolePasswords(path.join(folder, 'secrets'))
  const other = process.env.EMR_TEST_DATABASE_URL
  const cluster = other === undefined ? await openEmbedded({ folder: path.join(folder, 'postgres'), secrets: path.join(folder, 'secrets'), settings: SETTINGS }) : undefined
  const adminUrl = cluster?.adminUrl() ?? other ?? ''
  await provisionRoles(adminUrl, passwords)
  project.provide('cluster', { adminUrl, passwords })
  return async () => {
    await cluster?.stop()
    if (cluster) fs.rmSync(cluster.data, { recursive: true, force: true })
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
