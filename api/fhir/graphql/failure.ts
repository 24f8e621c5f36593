/** Failures as GraphQL says them: each with an OperationOutcome among its extensions. http://hl7.org/fhir/R4/graphql.html#errors */
import type { GraphQLError } from 'graphql'
import { outcome, type Outcome } from '../../model/outcome.ts'
import { statusOf, toOperationOutcome } from '../outcome-handler.ts'

/** The query is not one of this schema. */
export class GraphqlRefusal extends Error {
  readonly errors: readonly GraphQLError[]
  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message ?? 'Not a query')
    this.name = 'GraphqlRefusal'
    this.errors = errors
  }
}

/** Something failed at a field of the query. */
export class FieldFailure extends Error {
  readonly failure: Outcome
  readonly line: number
  readonly column: number
  constructor(failure: Outcome, line: number, column: number) {
    super(failure.message)
    this.name = 'FieldFailure'
    this.failure = failure
    this.line = line
    this.column = column
  }
}

export interface Failed { readonly status: number; readonly body: string }

type Location = { readonly line: number; readonly column: number }

const toError = (failure: Outcome, locations: readonly Location[] | undefined): Record<string, unknown> =>
  ({ message: failure.message.slice(0, 1000), ...(locations && locations.length > 0 && { locations }), extensions: { resource: toOperationOutcome(failure) } })

/** undefined: no failure that a client has caused; it is for the one error handler. */
export type ToFailed = (error: unknown, name: (error: unknown) => Outcome) => Failed | undefined

export const toFailed: ToFailed = (error, name) => {
  if (error instanceof GraphqlRefusal) {
    const errors = error.errors.map(({ message, locations }) => toError(outcome('graphql-invalid', { expression: 'query', diagnostics: message.slice(0, 500) }), locations))
    return { status: 400, body: JSON.stringify({ errors }) }
  }
  const failure = error instanceof FieldFailure ? error.failure : name(error)
  if (statusOf(failure) >= 500) return undefined
  return { status: statusOf(failure), body: JSON.stringify({ data: null, errors: [toError(failure, error instanceof FieldFailure ? [{ line: error.line, column: error.column }] : undefined)] }) }
}
