/** Lines of JSON for the worker's log file. Figures and reasons only: nothing of a patient ever stands in `what`. */
import type { Config } from '../config.ts'

const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const

export interface JobLog {
  info(what: Record<string, unknown>, message: string): void
  warn(what: Record<string, unknown>, message: string): void
  error(what: Record<string, unknown>, message: string): void
}

export const createJobLog = (level: Config['logLevel'], write: (line: string) => void = (line) => void process.stdout.write(line)): JobLog => {
  const at = (name: 'error' | 'warn' | 'info') => (what: Record<string, unknown>, message: string): void => {
    if (LEVELS.indexOf(name) <= LEVELS.indexOf(level)) write(`${JSON.stringify({ time: new Date().toISOString(), level: name, ...what, msg: message })}\n`)
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
