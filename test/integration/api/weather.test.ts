/** Bad weather: connections to the database are cut, many arrive at once, clients hang up. Answers are 2xx or a named 503, and afterwards all is well. */
import { once } from 'node:events'
import { connect } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestSite } from '#test/support/app.ts'

let site: TestSite
let address: string
let headers: Record<string, string>

beforeAll(async () => {
  site = await testSite({ environment: { EMR_CONCURRENCY: '4', EMR_QUEUE: '8' } })
  address = await site.listen()
  headers = await site.bearer()
})
afterAll(() => site.close())

const read = async (): Promise<{ status: number; code: string | undefined; wait: string | null }> => {
  const answer = await fetch(`${address}/fhir/R4/Patient?_count=1`, { headers })
  const body = await answer.json() as { issue?: { details: { coding: { code: string }[] } }[] }
  return { status: answer.status, code: body.issue?.[0]?.details.coding[0]?.code, wait: answer.headers.get('retry-after') }
}

describe('in bad weather', () => {
  it('refuses beyond the queue with overloaded and Retry-After, and answers the rest', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, read))
    const refused = answers.filter((answer) => answer.status !== 200)
    expect(refused.every((answer) => answer.status === 503 && answer.code === 'overloaded' && answer.wait !== null)).toBe(true)
    expect(answers.filter((answer) => answer.status === 200).length).toBeGreaterThanOrEqual(12)
    expect((await read()).status).toBe(200)
  })
  it('gives the places of clients who hang up to others', async () => {
    const { hostname, port } = new URL(address)
    for (let at = 0; at < 12; at += 1) {
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      socket.write(`POST /fhir/R4 HTTP/1.1\r\nHost: a\r\nAuthorization: ${headers.authorization ?? ''}\r\nContent-Type: application/fhir+json\r\nContent-Length: 1000\r\n\r\n{"resourceType"`)
      await new Promise((resolve) => setTimeout(resolve, 10))
      socket.destroy()
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect((await Promise.all(Array.from({ length: 4 }, read))).map((answer) => answer.status)).toEqual([200, 200, 200, 200])
  })
  it('lets nobody keep others out by sending slowly', async () => {
    const { hostname, port } = new URL(address)
    const slow = await Promise.all(Array.from({ length: 20 }, async () => {
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      socket.write('POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{')
      return socket
    }))
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect((await read()).status).toBe(200)
    for (const socket of slow) socket.destroy()
  })
  it('names a database that goes away, and works again when it is back', async () => {
    const cut = async (): Promise<void> => {
      const admin = new pg.Client({ connectionString: site.databases.adminUrl })
      await admin.connect()
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and datname = $2', ['emr_app', site.databases.name])
      await admin.end()
    }
    const answers: Awaited<ReturnType<typeof read>>[] = []
    for (let round = 0; round < 5; round += 1) answers.push(...(await Promise.all([read(), read(), read(), cut().then(read)])))
    expect(answers.filter((answer) => answer.status !== 200 && answer.code !== 'database-unavailable')).toEqual([])
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await read()).status).toBe(200)
  })
})
