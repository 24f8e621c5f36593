/** Where this site may call: the network is closed, so nothing is allowed but what its setting names. */

/** "https://lab.hospital.example, http://127.0.0.1:9000" -> origins; undefined for what is none. */
export const parseOrigins = (text: string): readonly string[] | undefined => {
  const origins: string[] = []
  for (const part of text.split(/[\s,]+/)) {
    if (part === '') continue
    const url = URL.parse(part)
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined
    origins.push(url.origin)
  }
  return origins
}

/** Why an endpoint may not be called; undefined: it may. Who names an address without TLS in the setting vouches for the way there. */
export const refusalOfEndpoint = (endpoint: string, origins: readonly string[]): string | undefined => {
  const url = URL.parse(endpoint)
  if (url === null || !/^https?:$/.test(url.protocol)) return 'An endpoint is an absolute address with http or https.'
  if (url.username !== '' || url.password !== '' || url.hash !== '') return 'An endpoint has no user, password or fragment: what is secret goes into a header.'
  if (!origins.includes(url.origin)) return 'This site does not call that address: an administrator has to allow it (EMR_SUBSCRIPTION_ENDPOINTS).'
  return undefined
}
