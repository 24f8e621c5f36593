/** Who connects, where a request does not come through Fastify: the same rule as its trustProxy (https://fastify.dev/docs/latest/Reference/Server/#trustproxy). Named proxies alone are believed. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
/** "::ffff:10.0.0.5" is 10.0.0.5 on a socket of both kinds. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/** Of a chain of proxies the first, from here, that is not named; the farthest when all are. What is no address ends the chain. */
export const createAddressOf = (proxies: readonly string[]): ((request: Pick<IncomingMessage, 'headers' | 'socket'>) => string) => {
  const named = new BlockList()
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    if (bits === undefined) named.addAddress(address, familyOf(address))
    else named.addSubnet(address, Number(bits), familyOf(address))
  }
  return ({ headers, socket }) => {
    const said = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').map((each) => plain(each.trim())).toReversed()
    let address = plain(socket.remoteAddress ?? '')
    for (const next of said) {
      if (isIP(address) === 0 || !named.check(address, familyOf(address)) || isIP(next) === 0) return address
      address = next
    }
    return address
  }
}
