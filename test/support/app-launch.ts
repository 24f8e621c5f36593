/** An app of persons as it goes through its launch, step by step: authorization endpoint, the person's answer, token endpoint. */
import { createHash, randomBytes } from 'node:crypto'
import type { AppQuestion } from '#api/model/site.ts'
import { createPasswords } from '#api/security/password.ts'
import type { TestAnswer, TestCaller, TestSite } from './app.ts'

export const APP_SECRET = 'bí mật của ứng dụng 2026'
export const REDIRECT = 'https://growth.example/app/back'
export const LAUNCH_URL = 'https://growth.example/app/launch'
export const ALL_SCOPES = ['launch', 'launch/patient', 'openid', 'fhirUser', 'online_access', 'offline_access', 'patient/*.cruds', 'user/*.cruds']

export interface TestApp { readonly client: string; readonly scopes?: readonly string[]; readonly confidential?: boolean; readonly redirectUris?: readonly string[]; readonly launchUrl?: string }

let secretHash: Promise<string> | undefined

/** Registered and approved. */
export const addApp = async (site: TestSite, { client, scopes = ALL_SCOPES, confidential = false, redirectUris = [REDIRECT], launchUrl = LAUNCH_URL }: TestApp): Promise<void> => {
  const secret = confidential ? await (secretHash ??= createPasswords().hash(APP_SECRET)) : ''
  await site.parts.clients.save({ client, name: `Ứng dụng ${client}`, secret, scopes, active: true, app: { public: !confidential, redirectUris, launchUrl } })
}

export const form = (site: TestSite, url: string, pairs: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): Promise<TestAnswer> =>
  site.anonymous.call('POST', url, { body: new URLSearchParams(pairs).toString(), type: 'application/x-www-form-urlencoded', headers })

export const basic = (client: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${encodeURIComponent(client)}:${encodeURIComponent(APP_SECRET)}`).toString('base64')}` })

export interface Verifier { readonly verifier: string; readonly challenge: string }
export const newVerifier = (): Verifier => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** What a well-behaved app sends. */
export const askParameters = (site: TestSite, client: string, scope: string, { challenge }: Verifier, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  response_type: 'code', client_id: client, redirect_uri: REDIRECT, scope, state: 'state-1', aud: `${site.config.publicUrl}/fhir/R4`, code_challenge: challenge, code_challenge_method: 'S256', ...more,
})

export const authorize = (site: TestSite, pairs: Readonly<Record<string, string>>): Promise<TestAnswer> => site.anonymous.get(`/oauth2/authorize?${new URLSearchParams(pairs).toString()}`)
export const question = async (person: TestCaller, pairs: Readonly<Record<string, string>>): Promise<AppQuestion> => (await person.get(`/api/app-requests?${new URLSearchParams(pairs).toString()}`)).json<AppQuestion>()

export interface Choice { readonly allow?: boolean; readonly scopes?: readonly string[]; readonly patient?: string }

export const answer = (person: TestCaller, pairs: Readonly<Record<string, string>>, { allow = true, scopes = (pairs.scope ?? '').split(' '), patient = '' }: Choice = {}): Promise<TestAnswer> =>
  person.post('/api/app-requests', { request: new URLSearchParams(pairs).toString(), allow, scopes, patient })

/** Parameters that the app gets back. */
export const backOf = (given: TestAnswer): URLSearchParams => {
  const to = typeof given.headers.location === 'string' ? given.headers.location : given.json<{ to?: string }>().to ?? ''
  if (!to.startsWith(`${REDIRECT}?`)) throw new Error(`not sent back: ${given.status} ${given.text}`)
  return new URL(to).searchParams
}

export interface TokenAnswer {
  readonly access_token: string; readonly refresh_token?: string; readonly id_token?: string; readonly scope: string; readonly expires_in: number
  readonly patient?: string; readonly encounter?: string; readonly need_patient_banner?: boolean
}

export const exchange = (site: TestSite, client: string, code: string, { verifier }: Verifier, more: Readonly<Record<string, string>> = {}, headers?: Readonly<Record<string, string>>): Promise<TestAnswer> =>
  form(site, '/oauth2/token', { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: verifier, ...(headers ? {} : { client_id: client }), ...more }, headers)

export interface Connection extends TokenAnswer { readonly caller: Pick<TestCaller, 'get' | 'post' | 'put' | 'call'> }

const bearer = (site: TestSite, token: string): Connection['caller'] => {
  const authorization = { authorization: `Bearer ${token}` }
  return {
    get: (url, headers) => site.anonymous.get(url, { ...authorization, ...headers }),
    post: (url, body, headers) => site.anonymous.post(url, body, { ...authorization, ...headers }),
    put: (url, body, headers) => site.anonymous.put(url, body, { ...authorization, ...headers }),
    call: (method, url, request = {}) => site.anonymous.call(method, url, { ...request, headers: { ...authorization, ...request.headers } }),
  }
}

/** All the way, of a public app. */
export const connect = async (site: TestSite, person: TestCaller, client: string, scope: string, options: Choice & { readonly more?: Readonly<Record<string, string>> } = {}): Promise<Connection> => {
  const pkce = newVerifier()
  const pairs = askParameters(site, client, scope, pkce, options.more)
  const code = backOf(await answer(person, pairs, options)).get('code') ?? ''
  const given = await exchange(site, client, code, pkce)
  if (given.status !== 200) throw new Error(given.text)
  const tokens = given.json<TokenAnswer>()
  return { ...tokens, caller: bearer(site, tokens.access_token) }
}
