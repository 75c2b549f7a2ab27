import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { z } from '../../shared/schema.ts';
import { roleSchema, type Role } from '../../shared/wire/entities.ts';
import { passwordBodySchema } from '../../shared/wire/rest.ts';
import type { Reference } from '../administration/people.ts';
import { SettingsError } from '../settings-error.ts';
import type { CommandLine } from './command-line.ts';

const NAME_MAX = 200;
/** 120 bits in 20 characters that a person can copy. */
const GENERATED_PASSWORD_BYTES = 15;

const nameSchema = z
  .string()
  .transform((name) => name.normalize('NFC').trim())
  .refine((name) => name.length > 0 && name.length <= NAME_MAX && !/\p{Cc}/u.test(name));
const emailSchema = z.email().max(320);
const idSchema = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** The text of a flag that has to be there. @throws SettingsError */
export function requireFlag({ flags }: CommandLine, name: string): string {
  const value = flags[name];
  if (typeof value !== 'string') throw new SettingsError(`--${name} is missing.`);
  return value;
}

/** The only word of a line. @throws SettingsError that says what it stands for */
export function requireWord({ words }: CommandLine, meaning: string): string {
  const [word] = words;
  if (word === undefined) throw new SettingsError(`${meaning} is missing.`);
  return word;
}

/** A name that people are shown. @throws SettingsError */
export function readName(value: string): string {
  const name = nameSchema.safeParse(value);
  if (!name.success) throw new SettingsError(`A name has 1 to ${NAME_MAX} characters in one line.`);
  return name.data;
}

/** An address to sign in with. @throws SettingsError */
export function readEmail(value: string): string {
  if (!emailSchema.safeParse(value).success) throw new SettingsError('--email is no e-mail address.');
  return value;
}

/** @throws SettingsError */
export function readRole(value: string): Role {
  const role = roleSchema.safeParse(value);
  if (!role.success) throw new SettingsError(`--role has to be ${roleSchema.options.join(', ')}.`);
  return role.data;
}

/** Somebody by id or e-mail address. @throws SettingsError */
export function readReference(value: string): Reference {
  const id = idSchema.safeParse(value);
  if (id.success) return id.data;
  if (emailSchema.safeParse(value).success) return value;
  throw new SettingsError('A person is named by id or e-mail address.');
}

/** A password, and whether it was made up here, so that it has to be shown once. */
export interface NewPassword {
  readonly password: string;
  readonly isGenerated: boolean;
}

/** The password on standard input, when `--password-stdin` was given, or a random one. @throws SettingsError */
export async function readNewPassword({ flags }: CommandLine): Promise<NewPassword> {
  if (flags['password-stdin'] !== true) {
    const password = randomBytes(GENERATED_PASSWORD_BYTES).toString('base64url');
    return { password, isGenerated: true };
  }
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (!passwordBodySchema.shape.next.safeParse(password).success) {
    throw new SettingsError('A password has 10 to 1024 characters.');
  }
  return { password, isGenerated: false };
}

/** Writes one line of JSON to standard output, for people and scripts alike. */
export function printEvent(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}
