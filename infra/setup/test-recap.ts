/** What failed, said once more at the end of `npm test`: whoever reads only the end of a long output must find it there. */
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const Assertion = z.object({ status: z.string().default(''), fullName: z.string().default(''), failureMessages: z.array(z.string()).default([]) })
const TestFile = z.object({ name: z.string().default(''), status: z.string().default(''), message: z.string().default(''), assertionResults: z.array(Assertion).default([]) })
const Report = z.object({ testResults: z.array(TestFile).default([]) })

const SHOWN_LINES = 12
const SHOWN_TESTS = 8

// colours and cursor movements of a terminal: no reader of a file wants them
const CONTROL = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;?]*[A-Za-z]`, 'g')
const first = (text: string): string => text.replaceAll(CONTROL, '').trim().split('\n').slice(0, SHOWN_LINES).map((line) => `    ${line.slice(0, 300)}`).join('\n')

/**
 * Each failed test of vitest's JSON report: its file, its name and the first lines of its message; a file that did not load stands with its own.
 * @param report what vitest wrote
 */
export function recapOf(report: unknown): string[] {
  const lines = Report.parse(report).testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').map(({ fullName, failureMessages }) => `✗ ${name}: ${fullName}\n${first(failureMessages.join('\n'))}`)
    return failed.length === 0 && status === 'failed' ? [`✗ ${name}: did not load\n${first(message)}`] : failed
  })
  return lines.length > SHOWN_TESTS ? [...lines.slice(0, SHOWN_TESTS), `and ${lines.length - SHOWN_TESTS} more`] : lines
}

/** Of all reports of a run; none when it wrote none. */
export const recapsIn = (folder: string): string[] =>
  (fs.existsSync(folder) ? fs.readdirSync(folder) : []).flatMap((report) => recapOf(JSON.parse(fs.readFileSync(path.join(folder, report), 'utf8'))))
