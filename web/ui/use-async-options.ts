/** Options of a combobox as they are looked up: the last question wins, a short pause between keys, Enter may wait for the answer. */
import { onBeforeUnmount, ref, shallowRef, type Ref } from 'vue'

export type OptionSource<Option> = (text: string, signal: AbortSignal) => Promise<readonly Option[]>

export interface AsyncOptions<Option> {
  readonly options: Ref<readonly Option[]>
  readonly state: Ref<'idle' | 'loading' | 'ready' | 'failed'>
  ask(text: string, pause?: number): void
  /** Resolves when the question under way is answered (or at once). */
  settled(): Promise<void>
  reset(): void
}

export const useAsyncOptions = <Option>(source: OptionSource<Option>): AsyncOptions<Option> => {
  const options = shallowRef<readonly Option[]>([])
  const state = ref<'idle' | 'loading' | 'ready' | 'failed'>('idle')
  let timer: ReturnType<typeof setTimeout> | undefined
  let controller: AbortController | undefined
  let waiting: (() => void)[] = []

  const wake = (): void => { const woken = waiting; waiting = []; woken.forEach((resolve) => resolve()) }
  const run = async (text: string): Promise<void> => {
    const mine = controller = new AbortController()
    try {
      const found = await source(text, mine.signal)
      if (mine !== controller) return
      options.value = found
      state.value = 'ready'
    } catch {
      if (mine !== controller) return
      options.value = []
      state.value = 'failed'
    }
    wake()
  }
  const stop = (): void => { clearTimeout(timer); controller?.abort(); controller = undefined }
  onBeforeUnmount(stop)

  return {
    options,
    state,
    ask(text, pause = 120) {
      stop()
      state.value = 'loading'
      timer = setTimeout(() => { void run(text) }, pause)
    },
    settled: () => (state.value === 'loading' ? new Promise((resolve) => { waiting.push(resolve) }) : Promise.resolve()),
    reset() { stop(); options.value = []; state.value = 'idle'; wake() },
  }
}
