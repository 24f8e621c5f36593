/** How much of what was typed on this PC has not reached the server: the outbox says it, the menu shows it. */
import { ref } from 'vue'

export const waitingHere = ref(0)
