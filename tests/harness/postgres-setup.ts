/** One PostgreSQL server for all tests of a vitest project, with the demo's people in a template. */
import type { TestProject } from 'vitest/node';
import { seedDemo } from '../../backend/demo/seed.ts';
import { openDatabase } from '../../backend/storage/open.ts';
import { createDatabase, startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a PostgreSQL database with the demo's people, to be copied; none where tests run on SQLite. */
    demoTemplate: string | undefined;
  }
}

/** Starts the server before the first test and gives vitest the way to end it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  try {
    const template = await createDatabase(server.address);
    const database = await openDatabase(template, Date.now);
    await seedDemo(database, Date.now());
    await database.close();
    project.provide('demoTemplate', template);
  } catch (error) {
    await server.dispose();
    throw error;
  }
  return () => server.dispose();
}
