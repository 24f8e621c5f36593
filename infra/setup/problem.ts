/** What can go wrong on a machine, each in one clear line for whoever runs it. */

/** An expected failure: its message is the whole story, no stack is shown. */
export class Problem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Problem'
  }
}

/** Codes of Node and PostgreSQL, in the words of an operator. */
const KNOWN: readonly [RegExp, string][] = [
  [/changed by a newer version/, 'This data folder is from a newer release: start that release, or restore a backup made before it'],
  [/is in use by process/, 'Another program of ours uses this data folder: stop it first'],
  [/3D000/, 'The database address names no database that is there: name one that exists, or postgres'],
  [/self-signed certificate|does not support SSL|no encryption/, 'PostgreSQL and the database address do not agree on encryption: check sslmode in the address'],
  [/ENOSPC|No space left/i, 'The disk is full: free some space, then start again.'],
  [/EACCES|EPERM|EROFS|Permission denied/, 'The data folder cannot be written by this account'],
  [/28P01|28000/, 'PostgreSQL refuses the account or the password in the database address'],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|57P03/, 'PostgreSQL does not answer at the database address'],
  [/42501/, 'The account in the database address may not create roles and databases: use one with CREATEROLE and CREATEDB'],
]

/** One line for any error; undefined when only its stack can tell. */
export function explain(error: unknown): string | undefined {
  if (error instanceof Problem || (error instanceof Error && error.name === 'ConfigError')) return error.message
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? String(error.code) : ''
  const known = KNOWN.find(([pattern]) => pattern.test(`${code} ${error.message}`))
  return known && `${known[1]} (${error.message.split('\n')[0]})`
}
