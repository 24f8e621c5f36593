/** Vite's settings: web/ -> web/dist, served by the API's own process; `npx vite --config .config/vite.config.ts` serves the sources beside a running demo. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('../web', import.meta.url))
const api = `http://127.0.0.1:${process.env.EMR_PORT ?? '8080'}`

export default defineConfig({
  root,
  plugins: [vue()],
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
    proxy: Object.fromEntries(['/api', '/fhir', '/oauth2', '/healthz', '/readyz', '/.well-known'].map((path) => [path, { target: api }])),
  },
})
