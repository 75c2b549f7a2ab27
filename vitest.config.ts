/**
 * The tests in projects: `unit` runs in plain Node on real files and sockets, `backend-postgres` runs the tests of the
 * backend once more, on a real PostgreSQL server; `simulation` runs on virtual time, `renderer` in jsdom, and `e2e`
 * drives the built app in real Electron; `package` makes a package and drives that. `npm test` runs all; `vitest run --project unit` one of them.
 */
import react from '@vitejs/plugin-react';
import { configDefaults, defineConfig } from 'vitest/config';

/** Far more than a test needs: only what hangs should fail by it, not what runs on a busy machine. */
const PATIENCE_MS = 30_000;
/** The same for tests that start apps and servers. */
const APP_PATIENCE_MS = 90_000;
/** Most files wait for servers, disks and timers most of the time: more than there are cores. */
const WAITING_WORKERS = 3;

export default defineConfig({
  test: {
    allowOnly: false,
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          maxWorkers: WAITING_WORKERS,
          include: ['tests/{shared,engine,backend,shell,house,harness,torture,network,nodes}/**/*.test.ts'],
          exclude: [
            ...configDefaults.exclude,
            // They need the server of the next project.
            'tests/backend/postgres/**',
            // They work by strace, which Linux alone has.
            ...(process.platform === 'linux' ? [] : ['tests/torture/**']),
          ],
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        test: {
          name: 'backend-postgres',
          environment: 'node',
          maxWorkers: WAITING_WORKERS,
          include: ['tests/backend/**/*.test.ts'],
          // They start the program on a file, are about the commits of one, or read no database at all; the fuzzing
          // and the guards take long and find nothing else on the other database.
          exclude: [
            ...configDefaults.exclude,
            'tests/backend/{process,settings,stopping,group-commit}.test.ts',
            'tests/backend/{fuzz,guards}/**',
          ],
          globalSetup: 'tests/harness/postgres-setup.ts',
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        test: {
          name: 'simulation',
          environment: 'node',
          include: ['tests/simulation/**/*.test.ts'],
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          maxWorkers: WAITING_WORKERS,
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/e2e/**/*.test.ts'],
          // Every file starts Electron and a backend: more at once only makes them wait for each other.
          maxWorkers: 2,
          testTimeout: APP_PATIENCE_MS,
          hookTimeout: APP_PATIENCE_MS,
        },
      },
      {
        test: {
          name: 'package',
          environment: 'node',
          include: ['tests/package/**/*.test.ts'],
          testTimeout: APP_PATIENCE_MS,
          hookTimeout: APP_PATIENCE_MS,
        },
      },
    ],
  },
});
