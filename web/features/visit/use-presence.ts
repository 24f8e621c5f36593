/** Who else has this visit open. The connection says that this sheet is open; over it goes where its person is and whether they type. Lost, it is made again, later and later; the sheet needs none of it. */
import { onBeforeUnmount, shallowRef, watch, type ShallowRef } from 'vue'
import { SHEET_SECTIONS, type Presence, type PresenceNews, type SheetSection, type SheetState } from '#api/model/presence.ts'
import { useConnection } from '#web/session/connection.ts'

/** Milliseconds: without a letter nobody writes any more; first and longest wait for a new connection. */
const RESTS_AFTER = 20_000, FIRST_WAIT = 1_000, LONGEST_WAIT = 60_000

const sectionOf = (target: EventTarget | null): SheetSection | null =>
  (target instanceof Element ? SHEET_SECTIONS.find((name) => name === target.closest<HTMLElement>('[data-section]')?.dataset.section) ?? null : null)

export function usePresence(encounter: string, open: () => boolean): ShallowRef<readonly Presence[]> {
  const connection = useConnection()
  const others = shallowRef<readonly Presence[]>([])
  let socket: WebSocket | undefined
  let wait = FIRST_WAIT
  let again: ReturnType<typeof setTimeout> | undefined
  let rest: ReturnType<typeof setTimeout> | undefined
  let state: SheetState = { section: null, writing: false }
  let over = false

  const tell = (): void => { if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(state)) }
  function become(next: SheetState): void {
    if (next.section === state.section && next.writing === state.writing) return
    state = next
    tell()
  }
  function connect(): void {
    clearTimeout(again)
    if (over || socket || !open() || !connection.reachable) return
    const made = new WebSocket(new URL(`/api/visits/${encodeURIComponent(encounter)}/presence`, location.href.replace(/^http/, 'ws')))
    socket = made
    made.addEventListener('open', () => { wait = FIRST_WAIT; tell() })
    made.addEventListener('message', ({ data }) => { others.value = (JSON.parse(String(data)) as PresenceNews).others })
    made.addEventListener('close', () => {
      socket = undefined
      others.value = []
      if (over) return
      // not all sheets at once when the server is back
      again = setTimeout(connect, wait * (0.5 + Math.random()))
      wait = Math.min(LONGEST_WAIT, wait * 2)
    })
  }
  const onFocus = ({ target }: Event): void => {
    const section = sectionOf(target)
    if (section !== null) become({ section, writing: state.writing && section === state.section })
  }
  const onInput = ({ target }: Event): void => {
    const section = sectionOf(target)
    if (section === null) return
    clearTimeout(rest)
    rest = setTimeout(() => become({ ...state, writing: false }), RESTS_AFTER)
    become({ section, writing: true })
  }
  document.addEventListener('focusin', onFocus)
  document.addEventListener('input', onInput)
  const stop = watch(() => open() && connection.reachable, (now) => { if (now) connect() }, { immediate: true })
  onBeforeUnmount(() => {
    over = true
    stop()
    clearTimeout(again)
    clearTimeout(rest)
    document.removeEventListener('focusin', onFocus)
    document.removeEventListener('input', onInput)
    socket?.close()
  })
  return others
}
