/** COPY as Node streams (https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-COPY): no pg_dump comes with the embedded server. */
import { Readable, Writable } from 'node:stream'
import type { Client, Connection, Submittable } from 'pg'

/** What pg tells a query while it runs; its types name only `submit`. */
interface CopyQuery extends Submittable {
  handleCopyInResponse?(connection: Connection): void
  handleCopyData?(message: { chunk: Buffer }): void
  handleCommandComplete(message: { text?: string }): void
  handleReadyForQuery(): void
  handleError(error: Error): void
}

/** The three calls of pg's connection that COPY needs beyond its published types. */
interface CopyConnection extends Connection {
  stream: NodeJS.ReadableStream & Connection['stream']
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

/** Rows of `copy … to stdout` as they come; `onEnd` hears how many PostgreSQL says it sent. */
export function copyOut(client: Client, sql: string, onEnd?: (rows: number) => void): Readable {
  let connection: Connection | undefined
  const rows = new Readable({
    read: () => {
      connection?.stream.resume()
    },
  })
  const query: CopyQuery = {
    submit: (to) => {
      connection = to
      to.query(sql)
    },
    handleCopyData: ({ chunk }) => {
      // a copy: the parser writes the next message into the same memory
      if (!rows.push(Buffer.from(chunk))) connection?.stream.pause()
    },
    handleCommandComplete: ({ text }) => onEnd?.(Number(/\d+$/.exec(text ?? '')?.[0])),
    handleReadyForQuery: () => {
      connection?.stream.resume() // the last row may have paused it, and the next query needs it
      rows.push(null)
    },
    handleError: (error) => {
      connection?.stream.resume()
      rows.destroy(error)
    },
  }
  client.query(query)
  return rows
}

/** Sends what is written into `copy … from stdin`; `finish` comes when PostgreSQL has taken it all. */
export function copyIn(client: Client, sql: string): Writable {
  let connection: CopyConnection | undefined
  let ready: (() => void) | undefined
  let done: ((error?: Error) => void) | undefined
  let failed: Error | undefined
  const opened = new Promise<void>((resolve) => { ready = resolve })
  const rows = new Writable({
    write: (chunk: Buffer, _encoding, next) => {
      void opened.then(() => {
        if (failed) return next(failed)
        connection?.sendCopyFromChunk(chunk)
        if (connection?.stream.writableNeedDrain) connection.stream.once('drain', () => next())
        else next()
      })
    },
    final: (next) => {
      void opened.then(() => {
        if (failed) return next(failed)
        done = next
        connection?.endCopyFrom()
      })
    },
    destroy: (error, next) => {
      if (error && !failed && done === undefined) void opened.then(() => connection?.sendCopyFail('the source failed'))
      next(error)
    },
  })
  const query: CopyQuery = {
    submit: (to) => {
      connection = to as CopyConnection
      to.query(sql)
    },
    handleCopyInResponse: () => ready?.(),
    handleCommandComplete: () => undefined,
    handleReadyForQuery: () => done?.(failed),
    handleError: (error) => {
      failed = error
      ready?.()
      rows.destroy(error)
    },
  }
  client.query(query)
  return rows
}
