/** The small parts of the launcher: settings of sites, what servers are told, credentials, the control socket, one-line explanations. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseConfig } from '#api/config.ts'
import { askLauncher, controlPath, openControl } from '#infra/setup/control.ts'
import { demoCredentials } from '#infra/setup/demo-credentials.ts'
import { keepSite, withKeptSite } from '#infra/setup/kept-site.ts'
import { requireClock } from '#infra/setup/machine.ts'
import { explain, Problem } from '#infra/setup/problem.ts'
import { serverEnvironment } from '#infra/setup/server-environment.ts'
import { sitesOf, trainingOf } from '#infra/setup/sites.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-setup-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

test('the demo is a hospital and a center, each with its own port, keys and database', () => {
  expect(sitesOf(parseConfig({ EMR_DATA: '/d' })).map(({ name, tenant, port, secrets, databaseName, ownDatabase }) => [name, tenant, port, secrets, databaseName, ownDatabase])).toEqual([
    ['hospital', 900, 8080, '/d/secrets/hospital', 'emr_hospital', undefined],
    ['center', 0, 8090, '/d/secrets/center', 'emr_center', undefined],
  ])
})

test('a site on its own PostgreSQL takes the database named there, and a single center takes either address', () => {
  expect(sitesOf(parseConfig({ EMR_ROLE: 'hospital', EMR_TENANT: '7', DATABASE_URL: 'postgres://a:b@h/benh%20vien' }))).toMatchObject([{ name: 'hospital', tenant: 7, databaseName: 'benh vien' }])
  expect(sitesOf(parseConfig({ EMR_ROLE: 'center', DATABASE_URL: 'postgres://a:b@h' }))).toMatchObject([{ name: 'center', databaseName: 'emr_center', ownDatabase: 'postgres://a:b@h' }])
})

test('two sites on one port or in one database are refused', () => {
  expect(() => sitesOf(parseConfig({ EMR_PORT: '1', EMR_CENTER_PORT: '1' }))).toThrow('two ports')
  expect(() => sitesOf(parseConfig({ DATABASE_URL: 'postgres://h/x', EMR_CENTER_DATABASE_URL: 'postgres://h/x' }))).toThrow('each site needs its own')
})

test('a server is told what it needs and nothing that an intruder in it could use elsewhere', () => {
  const environment = { PATH: '/bin', DATABASE_URL: 'postgres://admin:secret@h/x', AWS_SECRET: 'secret', EMR_DEMO_PASSWORD: 'secret', EMR_LOG: 'debug' }
  const config = parseConfig({ ...environment, EMR_DATA: '/d' })
  const [hospital, center] = sitesOf(config)
  if (!hospital || !center) throw new Error('two sites')
  const database = { appUrl: 'postgres://emr_app:app@h/x', ownerUrl: 'secret', adminUrl: 'secret' }
  const told = serverEnvironment(config, hospital, [hospital, center], database, environment)
  expect(JSON.stringify(told)).not.toContain('secret@')
  expect(Object.values(told)).not.toContain('secret')
  expect(told).toMatchObject({ PATH: '/bin', EMR_ROLE: 'hospital', EMR_TENANT: '900', EMR_CENTER_URL: 'http://127.0.0.1:8090', EMR_APP_DATABASE_URL: database.appUrl, EMR_SECRETS: '/d/secrets/hospital', EMR_LOG: 'debug', EMR_PUBLIC_URL: 'http://127.0.0.1:8080' })
  // the center answers the address in the QR codes too, and pushes to nobody
  expect(serverEnvironment(config, center, [hospital, center], database, environment)).toMatchObject({ EMR_ROLE: 'center', EMR_TENANT: '0', EMR_PUBLIC_URL: 'http://127.0.0.1:8080' })
  expect(serverEnvironment(config, center, [hospital, center], database, environment)).not.toHaveProperty('EMR_CENTER_URL')
})

test('a training hospital has a database, keys, files and a port of its own, is in no backup, and knows neither the center nor the real hospital', () => {
  const config = parseConfig({ EMR_ROLE: 'hospital', EMR_TENANT: '901', EMR_DATA: '/d', EMR_TRAINING: '1', EMR_CENTER_URL: 'https://center.example', EMR_PUBLIC_URL: 'https://hospital.example', DATABASE_URL: 'postgres://h/live' })
  const sites = sitesOf(config)
  const training = trainingOf(config)
  const [hospital] = sites
  if (!training || !hospital) throw new Error('no training hospital')
  expect(sites.map(({ name }) => name)).toEqual(['hospital'])
  expect(training).toMatchObject({ name: 'training', tenant: 999_999, port: 8095, secrets: '/d/secrets/training', databaseName: 'emr_training', ownDatabase: 'postgres://h/live' })
  const database = { appUrl: 'postgres://emr_app:app@h/emr_training', ownerUrl: 'secret', adminUrl: 'secret' }
  const told = serverEnvironment(config, training, [training], database, { EMR_PUBLIC_URL: 'https://hospital.example', EMR_SUBSCRIPTION_ENDPOINTS: 'https://lab.example' })
  expect(told).toMatchObject({ EMR_ROLE: 'hospital', EMR_TRAINING: '1', EMR_TENANT: '999999', EMR_PORT: '8095', EMR_DATA: '/d/training', EMR_PUBLIC_URL: 'http://127.0.0.1:8095', EMR_DEMO: '0' })
  expect(JSON.stringify(told)).not.toMatch(/hospital\.example|center\.example|lab\.example/)
  // the hospital's pages lead there
  expect(serverEnvironment(config, hospital, sites, database)).toMatchObject({ EMR_TRAINING: '0', EMR_TRAINING_URL: 'http://127.0.0.1:8095' })
  expect(trainingOf(parseConfig({ EMR_DATA: '/d' }))).toBeUndefined()
  expect(() => trainingOf(parseConfig({ EMR_TRAINING: '1', EMR_TRAINING_PORT: '8090' }))).toThrow('a port of its own')
  expect(() => parseConfig({ EMR_TRAINING: '1', EMR_ROLE: 'center' })).toThrow('no training mode')
})

test('the demo password and PIN stay the same from start to start, until the environment names others', () => {
  const given = { EMR_DATA: path.join(folder, 'credentials') }
  const first = demoCredentials(parseConfig(given))
  expect(first.pin).toMatch(/^\d{6}$/)
  expect(first.password.length).toBeGreaterThanOrEqual(12)
  expect(demoCredentials(parseConfig(given))).toEqual(first)
  expect(demoCredentials(parseConfig({ ...given, EMR_DEMO_PASSWORD: 'mat-khau-khac', EMR_DEMO_PIN: '482913' }))).toEqual({ password: 'mat-khau-khac', pin: '482913' })
  expect(demoCredentials(parseConfig(given))).toEqual({ password: 'mat-khau-khac', pin: '482913' })
  expect(fs.statSync(path.join(given.EMR_DATA, 'secrets/demo-pin')).mode & 0o777).toBe(0o600)
})

test('commands reach the launcher through its socket, one after another, also from a folder too deep for a socket', async () => {
  for (const data of [path.join(folder, 'near'), path.join(folder, 'deep'.repeat(40))]) {
    fs.mkdirSync(data, { recursive: true })
    expect(await askLauncher(data, ['status'])).toBeUndefined()
    const order: string[] = []
    const control = await openControl(data, async (words) => {
      order.push(`begin ${words.join(' ')}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push(`end ${words.join(' ')}`)
      if (words[0] === 'fail') throw new Problem('no')
      return ['done', ...words]
    })
    const answers = await Promise.all([askLauncher(data, ['stop', 'center']), askLauncher(data, ['fail'])])
    expect(answers).toEqual([{ ok: true, lines: ['done', 'stop', 'center'] }, { ok: false, lines: ['no'] }])
    expect(order[1]).toBe(order[0]?.replace('begin', 'end'))
    expect(fs.statSync(controlPath(data)).mode & 0o777).toBe(0o600)
    control.close()
    expect(fs.existsSync(controlPath(data))).toBe(false)
  }
})

test('a data folder stays what it was started as: the demo, or one real site with its number', () => {
  const data = path.join(folder, 'kept')
  const env = { EMR_DATA: data }
  fs.mkdirSync(data)
  expect(withKeptSite({ ...env, EMR_ROLE: 'hospital', EMR_TENANT: '901' })).toEqual({ ...env, EMR_ROLE: 'hospital', EMR_TENANT: '901' })
  keepSite(parseConfig({ ...env, EMR_ROLE: 'hospital', EMR_TENANT: '901' }))
  expect(parseConfig(withKeptSite(env))).toMatchObject({ role: 'hospital', tenant: 901, demo: false })
  expect(() => withKeptSite({ ...env, EMR_TENANT: '910' })).toThrow('holds hospital 901, not 910')
  expect(() => withKeptSite({ ...env, EMR_ROLE: 'center' })).toThrow('holds a real hospital')
  expect(() => withKeptSite({ ...env, EMR_ROLE: 'demo' })).toThrow('holds a real hospital')
  expect(() => withKeptSite({ ...env, EMR_DEMO: '1' })).toThrow('for the demo')
  fs.writeFileSync(path.join(data, 'site.json'), '{')
  expect(() => withKeptSite(env)).toThrow('is damaged')
})

test('a folder of the demo never becomes a real hospital, also one from before that was kept', () => {
  const data = path.join(folder, 'kept-demo')
  const real = { EMR_DATA: data, EMR_ROLE: 'hospital', EMR_TENANT: '901' }
  fs.mkdirSync(path.join(data, 'secrets'), { recursive: true })
  fs.writeFileSync(path.join(data, 'secrets/demo-password'), 'x')
  expect(() => withKeptSite(real)).toThrow('invented patients')
  keepSite(parseConfig({ EMR_DATA: data }))
  expect(() => withKeptSite(real)).toThrow('invented patients')
  expect(parseConfig(withKeptSite({ EMR_DATA: data }))).toMatchObject({ role: 'demo', demo: true })
  expect(parseConfig(withKeptSite({ EMR_DATA: data, EMR_ROLE: 'center', EMR_DEMO: '1' }))).toMatchObject({ role: 'center', demo: true })
})

test('a clock that went back is one line, and a small difference is none', () => {
  const data = path.join(folder, 'clock')
  fs.mkdirSync(data)
  expect(() => requireClock(data, Date.parse('2026-06-01T00:00:00Z'))).not.toThrow()
  expect(() => requireClock(data, Date.parse('1970-01-01T00:00:00Z'))).toThrow('set the clock')
  fs.writeFileSync(path.join(data, 'site.json'), '')
  fs.utimesSync(path.join(data, 'site.json'), new Date('2027-03-01'), new Date('2027-03-01'))
  expect(() => requireClock(data, Date.parse('2027-02-28T23:30:00Z'))).not.toThrow()
  expect(() => requireClock(data, Date.parse('2027-02-01T00:00:00Z'))).toThrow('2027-03-01')
})

test('what a machine does wrong is one line, and what nobody foresaw keeps its stack', () => {
  const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code })
  expect(explain(coded('write ENOSPC', 'ENOSPC'))).toContain('disk is full')
  expect(explain(coded('password authentication failed for user "x"', '28P01'))).toContain('refuses the account')
  expect(explain(coded('connect ECONNREFUSED 10.0.0.1:5432', 'ECONNREFUSED'))).toContain('does not answer')
  expect(explain(coded('permission denied to create role', '42501'))).toContain('CREATEROLE')
  expect(explain(new Error('This database was changed by a newer version of the program (0099-x). Start that version'))).toContain('from a newer release')
  expect(explain(coded('database "x" does not exist', '3D000'))).toContain('names no database')
  expect(explain(new TypeError('x is not a function'))).toBeUndefined()
})
