/** Steps on the screen: each names itself, counts seconds while it lasts longer than two, and says when it is done. */

export type Say = (line: string) => void

/** Runs `work` as a step; the answer is the work's. */
export async function step<T>(say: Say, name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(1)
  let told = false
  const progress = setInterval(() => {
    say(told ? `    … ${seconds()} s` : `  ${name} …`)
    told = true
  }, 2000)
  try {
    const answer = await work()
    say(`  ${name}: ${seconds()} s`)
    return answer
  } finally {
    clearInterval(progress)
  }
}
