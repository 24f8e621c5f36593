/** The time, renewed now and then while the component lives: for waiting times that grow on the screen. */
import { onBeforeUnmount, ref, type Ref } from 'vue'

export const useNow = (everyMs = 30_000): Readonly<Ref<Date>> => {
  const now = ref(new Date())
  const timer = setInterval(() => { now.value = new Date() }, everyMs)
  onBeforeUnmount(() => clearInterval(timer))
  return now
}
