/** The bare web server of limits.ts: Fastify and a pool, one statement a request, nothing else. Says its port to whoever started it. */
import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.argv[2] ?? '', max: 8 })
const app = Fastify({ logger: false })
app.removeContentTypeParser('application/json')
app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body))
app.get<{ Params: { id: string } }>('/row/:id', async (request, reply) => {
  const { rows } = await pool.query<{ body: string }>({ name: 'read', text: 'select body from limit_row where tenant = $1 and id = $2', values: [1, request.params.id] })
  return reply.type('application/json').send(rows[0]?.body ?? '')
})
app.post('/row', async (request, reply) => {
  await pool.query({ name: 'insert', text: 'insert into limit_row (tenant, id, body) values ($1, $2, $3)', values: [1, randomUUID(), request.body] })
  return reply.code(201).type('application/json').send(request.body)
})
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
if (address !== null && typeof address === 'object') process.send?.(address.port)
process.once('disconnect', () => process.exit(0))
