import { vi } from 'vitest';
import { readLine } from '../../backend/commands/commands.ts';
import { z } from '../../shared/schema.ts';

const eventSchema = z.looseObject({ event: z.string() });

/**
 * Types a command of the backend on this database, in this process.
 * @returns the line of JSON that it prints; throws what the command throws
 */
export async function runCommand(location: string, ...line: string[]) {
  const { command, args } = readLine([...line, '--database', location]);
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await command?.run(args, {});
    return eventSchema.parse(JSON.parse(write.mock.calls.map(([chunk]) => String(chunk)).join('')));
  } finally {
    write.mockRestore();
  }
}
