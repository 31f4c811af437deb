import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One for each core: nobody else has anything to do meanwhile.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/cases/**/*.test.ts'],
          // No test asserts a time, and a machine may have other things to do.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          // The lab has two cores: one file at a time, and time for real JVMs to start.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
