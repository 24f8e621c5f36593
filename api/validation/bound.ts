/**
 * Runs work that may take for ever, such as an expression that a stranger wrote: after its time V8 ends it wherever it is, in a regular expression too
 * (https://nodejs.org/docs/latest-v24.x/api/vm.html#scriptrunincontextcontextifiedobject-options). Nothing that the work was changing may be used afterwards but what it had finished.
 */
import vm from 'node:vm'

/** Answers whether the work came to its end. */
export type Bound = (milliseconds: number, work: () => void) => boolean

export const createBound = (): Bound => {
  let room: { readonly context: vm.Context; readonly script: vm.Script } | undefined
  return (milliseconds, work) => {
    room ??= { context: vm.createContext({}), script: new vm.Script('work()') }
    Object.assign(room.context, { work })
    try {
      room.script.runInContext(room.context, { timeout: milliseconds })
      return true
    } catch (error) {
      if (isTimeout(error)) return false
      throw error
    } finally {
      Object.assign(room.context, { work: undefined })
    }
  }
}

const isTimeout = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
