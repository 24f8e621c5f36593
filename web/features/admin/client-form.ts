/** What is typed of a system client, what of it is not right, and the request that it becomes; and scopes in words. Pure. */
import { isAppAddress } from '#api/model/app-address.ts'
import { APP_LEVELS, isLaunchScope, parseScope } from '#api/model/scope.ts'
import type { ClientRow } from '#api/model/site.ts'
import type { RequestError } from '#web/fhir/request-error.ts'

/** `kind`: acts for itself, or for a person. `proof` none: an app that cannot keep a secret. */
export interface ClientForm { kind: 'system' | 'app'; client: string; name: string; scopes: string; proof: 'secret' | 'keys' | 'none'; jwks: string; redirects: string; launchUrl: string }
export type ClientField = 'client' | 'name' | 'scopes' | 'jwks' | 'redirects' | 'launchUrl'
/** A key under `clients.wrong`, and the names in its text. */
export interface Wrong { readonly key: string; readonly names?: Readonly<Record<string, string | number>> }
export type WrongFields = Partial<Record<ClientField, Wrong>>

export const toForm = (row?: ClientRow): ClientForm => ({
  kind: row?.app ? 'app' : 'system', redirects: (row?.app?.redirectUris ?? []).join('\n'), launchUrl: row?.app?.launchUrl ?? '', client: row?.client ?? '', name: row?.name ?? '', scopes: (row?.scopes ?? []).join('\n'), proof: row?.app?.public === true ? 'none' : row && !row.secret ? 'keys' : 'secret', jwks: '',
})

/** Scopes by line; those that are empty do not count. */
export const linesOf = (text: string): { readonly n: number; readonly scope: string }[] =>
  text.split('\n').map((line, index) => ({ n: index + 1, scope: line.trim() })).filter(({ scope }) => scope !== '')

export const findWrong = (form: ClientForm, isNew: boolean): WrongFields => {
  const lines = linesOf(form.scopes)
  const isApp = form.kind === 'app'
  const bad = lines.find(({ scope }) => (isApp ? !isLaunchScope(scope) && parseScope(scope, APP_LEVELS) === undefined : parseScope(scope) === undefined))
  const places = linesOf(form.redirects), badPlace = places.find(({ scope }) => !isAppAddress(scope))
  return {
    ...(isNew && !/^[a-z0-9][a-z0-9._-]{1,49}$/.test(form.client.trim()) && { client: { key: 'client' } }),
    ...(form.name.trim() === '' && { name: { key: 'missing' } }),
    ...(lines.length === 0 ? { scopes: { key: 'missing' } } : bad ? { scopes: { key: 'scope', names: { ...bad } } } : lines.length > 50 ? { scopes: { key: 'tooMany' } } : {}),
    ...(isApp && (places.length === 0 ? { redirects: { key: 'missing' } } : badPlace ? { redirects: { key: 'address', names: { ...badPlace } } } : {})),
    ...(isApp && form.launchUrl.trim() !== '' && !isAppAddress(form.launchUrl.trim()) && { launchUrl: { key: 'launchUrl' } }),
    ...(isNew && form.proof === 'keys' && form.jwks.trim() === '' && { jwks: { key: 'missing' } }),
  }
}

/** What the server refused, at the field where it was typed; undefined: it is not about a field. */
export const fieldsOf = (failure: Pick<RequestError, 'code' | 'issues'>, form: ClientForm): WrongFields | undefined => {
  if (failure.code === 'client-taken') return { client: { key: 'taken' } }
  const found: WrongFields = {}
  for (const { expression = '' } of failure.issues) {
    const [, index] = /^scopes\[(\d+)\]/.exec(expression) ?? []
    const line = index === undefined ? undefined : linesOf(form.scopes)[Number(index)]
    if (line) found.scopes ??= { key: 'scope', names: { ...line } }
    else if (expression.startsWith('app.redirectUris')) found.redirects ??= { key: 'address', names: linesOf(form.redirects)[Number(/\d+/.exec(expression)?.[0] ?? 0)] ?? { n: 1, scope: '' } }
    else if (expression === 'app.launchUrl') found.launchUrl ??= { key: 'launchUrl' }
    else if (expression === 'jwks') found.jwks ??= { key: 'json' }
    else if (expression === 'jwks.keys') found.jwks ??= { key: 'keys' }
    else if (expression.startsWith('jwks.')) found.jwks ??= { key: 'key', names: { place: expression.slice('jwks.'.length) } }
    else if (expression === 'client') found.client ??= { key: 'client' }
    else if (expression === 'name' || expression === 'scopes') found[expression] ??= { key: 'missing' }
  }
  return Object.keys(found).length > 0 ? found : undefined
}

export const toRequest = (form: ClientForm, row?: ClientRow): Readonly<Record<string, unknown>> => ({
  name: form.name.normalize('NFC').trim(), scopes: linesOf(form.scopes).map(({ scope }) => scope),
  ...(form.jwks.trim() !== '' && (row || form.proof === 'keys') ? { jwks: form.jwks } : {}),
  ...(form.kind === 'app' && { app: { ...(!row && { public: form.proof === 'none' }), redirectUris: linesOf(form.redirects).map(({ scope }) => scope), launchUrl: form.launchUrl.trim() } }),
  ...(row ? { version: row.version } : { client: form.client.trim() }),
})
