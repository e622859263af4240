/** Builds the web app to `dist/`: hashed assets, a `.gz` beside each for nginx' gzip_static, design tokens as CSS. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { checkMessages } from './build/check-messages.ts'
import { compileMessages } from './build/compile-messages.ts'
import { compressAssets } from './build/compress-assets.ts'
import { tokenCss } from './build/token-css.ts'

export default defineConfig({
  plugins: [react(), tokenCss(), checkMessages(), compileMessages(), compressAssets()],
  build: {
    target: 'es2023',
    sourcemap: false,
    // Assets stay files: the content security policy allows data: for pictures only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What sign-in needs is one file, with all that it builds on: every further file costs a kilobyte of headers.
        codeSplitting: {
          groups: [
            { name: 'door', test: /src\/(kratos|main|router|frame\/(card-frame|sign-out-line)|parts\/(stage|toasts|trouble-panel))/ },
          ],
        },
      },
      onLog(level, log, handle) {
        // antd and TanStack mark files for React Server Components, which this app does not use.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log)
      },
    },
  },
})
