/** Pages that ask again by themselves: what nobody has clicked for must not keep a session alive. */
import type { QueryClient, QueryKey } from '@tanstack/vue-query'
import type { RequestOptions } from './client.ts'

/** Options of a look-up that repeats itself: the first time it is the user who asks, afterwards it is the clock. */
export const pollingOptions = ({ client, queryKey, signal }: { readonly client: QueryClient; readonly queryKey: QueryKey; readonly signal: AbortSignal }): RequestOptions =>
  ({ signal, background: client.getQueryData(queryKey) !== undefined })
