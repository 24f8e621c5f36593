/** Vite's settings: web/ -> web/dist, served by the API's own process; `npx vite --config .config/vite.config.ts` serves the sources beside a running demo. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { precache } from './precache.ts'

const root = fileURLToPath(new URL('../web', import.meta.url))
const api = `http://127.0.0.1:${process.env.EMR_PORT ?? '8080'}`

export default defineConfig({
  root,
  plugins: [vue(), precache()],
  // the screens compile their own messages (web/i18n/compile-message.ts), so vue-i18n comes without its compiler
  resolve: { alias: [{ find: /^vue-i18n$/, replacement: 'vue-i18n/dist/vue-i18n.runtime.mjs' }] },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_I18N_FULL_INSTALL__: 'false', __VUE_I18N_LEGACY_API__: 'false', __INTLIFY_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: `${root}/dist`,
    emptyOutDir: true,
    target: 'es2022',
    // hospital PCs cannot reach anything else, and the content security policy allows no inline data as script
    assetsInlineLimit: 0,
    sourcemap: false,
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: Object.fromEntries(['/api', '/fhir', '/oauth2', '/healthz', '/readyz', '/.well-known'].map((path) => [path, { target: api, ws: path === '/api' }])),
  },
})
