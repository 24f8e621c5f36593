/** One thing a person asked for: busy while it runs, its failure kept for the page to show. */
import { ref, shallowRef, type Ref } from 'vue'

export interface Action {
  readonly busy: Ref<boolean>
  readonly failure: Ref<unknown>
  /** Resolves true when it went well; what it threw stands in `failure`. */
  run(work: () => Promise<unknown>): Promise<boolean>
}

export const useAction = (): Action => {
  const busy = ref(false)
  const failure = shallowRef<unknown>()
  return {
    busy,
    failure,
    async run(work) {
      busy.value = true
      failure.value = undefined
      try {
        await work()
        return true
      } catch (error) {
        failure.value = error
        return false
      } finally {
        busy.value = false
      }
    },
  }
}
