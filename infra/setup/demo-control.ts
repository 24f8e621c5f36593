/** `npm run demo -- stop center|start center|stop hospital|start hospital|status`: acts on the running demo, so that anyone can try an outage. */
import { parseConfig } from '#api/config.ts'
import { askLauncher } from './control.ts'
import { withKeptSite } from './kept-site.ts'
import { explain } from './problem.ts'

const USAGE = 'npm run demo -- stop center | start center | stop hospital | start hospital | status'

async function main(words: string[]): Promise<void> {
  const [verb = '', site = ''] = words
  const known = verb === 'status' ? words.length === 1 : ['start', 'stop'].includes(verb) && ['hospital', 'center'].includes(site) && words.length === 2
  if (!known) return fail(USAGE)
  const answer = await askLauncher(parseConfig(withKeptSite(process.env)).data, words)
  if (!answer) return fail('No demo is running here: npm start first (with the same EMR_DATA).')
  for (const line of answer.lines) console.log(line)
  if (!answer.ok) process.exitCode = 1
}

function fail(line: string): void {
  console.error(line)
  process.exitCode = 1
}

main(process.argv.slice(2)).catch((error: unknown) => fail(explain(error) ?? String(error)))
