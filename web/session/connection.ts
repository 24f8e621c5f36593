/** Whether the server answers. Told by every request; while it does not, asked for again now and then, and when the user says so. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { queryClient } from '#web/fhir/query-client.ts'

const EVERY = 10_000

export const useConnection = defineStore('connection', () => {
  const reachable = ref(true)
  const checking = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let resume: () => Promise<boolean> = () => Promise.resolve(true)

  /** After an outage, what failed is asked again; what was typed was never touched. */
  function report(now: boolean): void {
    const back = now && !reachable.value
    reachable.value = now
    clearTimeout(timer)
    if (!now) timer = setTimeout(() => { void check() }, EVERY)
    if (back) void queryClient.refetchQueries({ type: 'active' })
  }
  async function check(): Promise<void> {
    if (checking.value) return
    checking.value = true
    const answered = await fetch('/healthz', { cache: 'no-store' }).then((response) => response.ok, () => false)
    const known = answered && await resume()
    checking.value = false
    report(known)
  }
  /** What has to be done before requests go out again; false: not yet. */
  const whenBack = (work: () => Promise<boolean>): void => { resume = work }
  window.addEventListener('offline', () => report(false))
  window.addEventListener('online', () => { void check() })

  return { reachable, checking, report, check, whenBack }
})
