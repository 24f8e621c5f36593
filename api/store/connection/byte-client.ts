/**
 * A connection whose texts come as they were sent: each character of a string is one byte of UTF-8 ("latin1" of Node, https://nodejs.org/api/buffer.html#buffers-and-character-encodings).
 * pg decodes every text and knows no other way, though what is stored as JSON goes out as the same bytes again: decoding 20 resources of 2 kB and encoding them for the answer cost as much
 * processor time as all else together that pg does for them (test/bench/README.md). Whoever asks over it decodes what is to be read as text (api/model/bytes.ts); an error's message stays in Latin-1.
 */
import { Client } from 'pg'
import { Parser } from 'pg-protocol/dist/parser.js'
import type { BackendMessage } from 'pg-protocol/dist/messages.js'
import type { Duplex } from 'node:stream'

/** For pg's pool: new Pool({ Client: ByteClient }). */
export class ByteClient extends Client {
  constructor(...config: ConstructorParameters<typeof Client>) {
    super(...config)
    const { connection } = this
    // as connection.js of pg does it, but for the parser's encoding
    Object.assign(connection, {
      attachListeners(stream: Duplex): void {
        const parser = new Parser()
        Object.assign(Reflect.get(parser, 'reader'), { encoding: 'latin1' })
        const tell = (message: BackendMessage): void => { connection.emit(message.name === 'error' ? 'errorMessage' : message.name, message) }
        stream.on('data', (bytes: Buffer) => parser.parse(bytes, tell))
        stream.on('end', () => connection.emit('end'))
      },
    })
  }
}
