import { parseArgs } from 'node:util';
import { SettingsError } from '../settings-error.ts';

/** The flags that a command knows, by name without dashes. */
export type FlagOptions = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

/** What was typed behind the name of a command. */
export interface CommandLine {
  /** Text of a flag with a value, `true` for one without; left out when it was not given. */
  readonly flags: Readonly<Record<string, string | true>>;
  readonly words: readonly string[];
}

function listed(options: FlagOptions): string {
  const names = Object.keys(options).map((name) => `--${name}`);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/**
 * Reads flags and, where `words` allows them, plain words.
 * @throws SettingsError for a flag that is not known, lacks its value or is given twice
 */
export function parseCommandLine(
  args: readonly string[],
  options: FlagOptions,
  { words = 0 }: { readonly words?: number } = {},
): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options },
      allowPositionals: words > 0,
    });
    const flags: Record<string, string | true> = {};
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'string' || value === true) flags[name] = value;
    }
    if (positionals.length > words) throw new SettingsError('There are too many words on the line.');
    return { flags, words: positionals };
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    const reason = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? '') : '';
    throw new SettingsError(`${reason}; known are ${listed(options)}.`);
  }
}
