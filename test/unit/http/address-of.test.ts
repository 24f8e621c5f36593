/** Who connects by a websocket where a proxy stands before the site: what only named proxies may say. */
import { expect, it } from 'vitest'
import { createAddressOf } from '#api/http/address-of.ts'

const of = (proxies: readonly string[], remoteAddress: string, forwarded?: string): string =>
  createAddressOf(proxies)({ headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) }, socket: Object.assign(Object.create(null), { remoteAddress }) })

it.each([
  ['nobody is named', [], '10.0.0.5', '1.2.3.4', '10.0.0.5'],
  ['a stranger says it', ['10.0.0.2'], '10.0.0.5', '1.2.3.4', '10.0.0.5'],
  ['a named proxy says it', ['10.0.0.2'], '10.0.0.2', '1.2.3.4', '1.2.3.4'],
  ['a caller has put an address before what the proxies say', ['127.0.0.1', '10.0.0.0/24'], '127.0.0.1', '9.9.9.9, 10.9.8.7, 10.0.0.5', '10.9.8.7'],
  ['a socket has both kinds', ['10.0.0.0/24'], '::ffff:10.0.0.7', '::ffff:1.2.3.4', '1.2.3.4'],
  ['networks are of the newer kind', ['fd00::/8'], 'fd12::1', '2001:db8::9', '2001:db8::9'],
  ['it says no address', ['10.0.0.2'], '10.0.0.2', 'unknown', '10.0.0.2'],
  ['it says nothing', ['10.0.0.2'], '10.0.0.2', undefined, '10.0.0.2'],
  ['the socket is gone', ['10.0.0.2'], '', '1.2.3.4', ''],
])('is told when %s', (_what, proxies, remote, forwarded, address) => expect(of(proxies, remote, forwarded)).toBe(address))
