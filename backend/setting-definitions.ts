import { z } from '../shared/schema.ts';
import { SettingsError } from './settings-error.ts';

/** One setting: the name of its environment variable is its key in the table. */
export interface SettingDefinition {
  /** Reads the text that was given; undefined when there is none. */
  readonly schema: z.ZodType<unknown, string | undefined>;
  /** What the text has to be, for the sentence that refuses another one. */
  readonly expected: string;
  /** Name of the command-line flag, without dashes; a setting without one is only read from the environment. */
  readonly flag?: string;
  /** A flag that takes no value and stands for `1`. */
  readonly isSwitch?: boolean;
}

/** Settings by the name of their environment variable. */
export type SettingDefinitions = Readonly<Record<string, SettingDefinition>>;

/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that counts something: digits, from 0 to `maximum`. */
export const wholeNumber = (maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value <= maximum);

/** The flags of a table, as `parseArgs` of Node wants to know them. */
export function flagOptions(definitions: SettingDefinitions) {
  return Object.fromEntries(
    Object.values(definitions).flatMap(({ flag, isSwitch = false }) =>
      flag === undefined ? [] : [[flag, { type: isSwitch ? ('boolean' as const) : ('string' as const) }]],
    ),
  );
}

/**
 * The reader of settings by their names; a flag that was given wins over the environment.
 * It throws a SettingsError that names the setting and what is expected, never the value.
 */
export function createSettingReader<D extends SettingDefinitions>(
  definitions: D,
  flags: Readonly<Record<string, unknown>>,
  env: Environment,
) {
  function given(name: string): string | undefined {
    const flag = definitions[name]?.flag;
    const value = flag === undefined ? undefined : flags[flag];
    if (value === true) return '1';
    return typeof value === 'string' ? value : env[name];
  }

  function read<N extends keyof D & string>(name: N): z.infer<D[N]['schema']>;
  function read(name: string): unknown {
    const parsed = definitions[name]?.schema.safeParse(given(name));
    if (parsed?.success) return parsed.data;
    throw new SettingsError(`${name} has to be ${definitions[name]?.expected ?? 'left out'}.`);
  }
  return read;
}
