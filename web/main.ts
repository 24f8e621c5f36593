/** Starts the page: language, session, router, then the screen. */
import '@fontsource/be-vietnam-pro/400.css'
import '@fontsource/be-vietnam-pro/500.css'
import '@fontsource/be-vietnam-pro/600.css'
import './ui/tokens.css'
import './ui/tokens-dark.css'
import './ui/base.css'
import './ui/forced-colors.css'
import './ui/narrow.css'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { startDevice } from './device/start.ts'
import { connectClient } from './fhir/client.ts'
import { queryClient } from './fhir/query-client.ts'
import { i18n, setLocale, storedLocale } from './i18n/index.ts'
import { createAppRouter } from './router.ts'
import { useConnection } from './session/connection.ts'
import { useSession } from './session/session.ts'

const start = async (): Promise<void> => {
  const app = createApp(App)
  app.use(createPinia())
  const session = useSession()
  const connection = useConnection()
  connectClient({
    csrf: () => session.info?.csrf,
    onSessionExpired: () => session.askRelogin(),
    onReachable: (reachable) => { if (!session.offline) connection.report(reachable) },
    offline: () => session.offline,
    copies: startDevice(session, connection),
  })
  await setLocale(storedLocale())
  app.use(i18n)
  app.use(VueQueryPlugin, { queryClient })
  app.use(createAppRouter(session))
  app.mount('#app')
}

void start()
