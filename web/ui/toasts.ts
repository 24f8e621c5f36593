/** Short messages at the edge of the screen: what was just done. Errors stay until they are closed; nothing important is only a toast. */
import { ref, type Ref } from 'vue'

export interface Toast { readonly id: number; readonly tone: 'success' | 'info' | 'warning' | 'danger'; readonly text: string }

const toasts = ref<Toast[]>([])
let last = 0

export const closeToast = (id: number): void => { toasts.value = toasts.value.filter((toast) => toast.id !== id) }

export const showToast = (text: string, tone: Toast['tone'] = 'success'): void => {
  const id = ++last
  toasts.value = [...toasts.value.slice(-3), { id, tone, text }]
  if (tone === 'success' || tone === 'info') setTimeout(() => closeToast(id), 6000)
}

export const useToasts = (): { readonly toasts: Ref<readonly Toast[]>; show: typeof showToast; close: typeof closeToast } => ({ toasts, show: showToast, close: closeToast })
