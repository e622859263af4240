import { defineConfig } from 'vitest/config'

const skipped = ['**/node_modules/**', '**/dist/**', '**/.vestibule/**', '**/vendor/**']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,services}/*/src/**/*.test.{ts,tsx}', '{ory,proxy,bench}/src/**/*.test.ts'],
          exclude: skipped,
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{packages,services}/*/test/**/*.integration.test.ts', '{ory,proxy}/test/**/*.integration.test.ts'],
          exclude: skipped,
          globalSetup: ['packages/testing/src/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Most of these wait for servers, time-outs and restarts rather than compute.
          maxWorkers: 3,
          // They end and freeze processes on whatever machine they get: one failure is looked at again, two in a row count.
          retry: 1,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['packages/e2e/test/**/*.e2e.test.ts'],
          exclude: skipped,
          globalSetup: ['packages/testing/src/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          retry: 1,
        },
      },
    ],
  },
})
