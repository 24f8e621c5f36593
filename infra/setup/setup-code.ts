/** `npm run setup-code`: a new code for the first administrator of the site that runs in this data folder. On the terminal only; nothing keeps it. */
import path from 'node:path'
import { askLauncher } from './control.ts'
import { explain, Problem } from './problem.ts'

async function main(): Promise<void> {
  const answer = await askLauncher(path.resolve(process.env.EMR_DATA || '.data'), ['setup-code'])
  if (!answer) throw new Problem('Nothing is running here: npm start first (with the same EMR_DATA).')
  for (const line of answer.lines) console.log(line)
  if (!answer.ok) process.exitCode = 1
}

main().catch((error: unknown) => {
  console.error(explain(error) ?? error)
  process.exitCode = 1
})
