/** A browser in a test: keeps its cookies as they are set, sends them and the session's CSRF token back, and can be at an address of its own. */
import type { TestSite } from '#test/support/app.ts'

export interface TestBrowser {
  readonly cookies: Map<string, string>
  signIn(login: string, password: string): Promise<number>
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<{ status: number; body: unknown; headers: Readonly<Record<string, unknown>> }>
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const testBrowser = (site: TestSite, address = '127.0.0.1'): TestBrowser => {
  const cookies = new Map<string, string>()
  let csrf = ''
  const keep = (header: unknown): void => {
    for (const line of [header ?? []].flat()) {
      const [pair = '', ...attributes] = (typeof line === 'string' ? line : '').split('; ')
      const [name = '', value = ''] = pair.split('=')
      if (value === '' || attributes.includes('Max-Age=0')) cookies.delete(name)
      else cookies.set(name, value)
    }
  }
  const browser: TestBrowser = {
    cookies,
    async call(method, url, body, headers = {}) {
      const answer = await site.app.inject({
        method, url, remoteAddress: address, ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
          ...(method === 'GET' || csrf === '' ? {} : { 'x-emr-csrf': csrf }), ...headers,
        },
      })
      keep(answer.headers['set-cookie'])
      return { status: answer.statusCode, body: parse(answer.body), headers: answer.headers }
    },
    async signIn(login, password) {
      const { status, body } = await browser.call('POST', '/api/session', { login, password })
      if (status === 200 && typeof body === 'object' && body !== null && 'csrf' in body) csrf = String(body.csrf)
      return status
    },
  }
  return browser
}
