import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFailure } from '../../backend/command-failure.ts';
import { helpText, readLine } from '../../backend/commands/commands.ts';
import { SettingsError } from '../../backend/settings-error.ts';
import { z } from '../../shared/schema.ts';
import {
  conversationsAnswerSchema,
  feedAnswerSchema,
  loginAnswerSchema,
  messagesAnswerSchema,
  snapshotAnswerSchema,
  traineeAnswerSchema,
} from '../../shared/wire/rest.ts';
import { runCommand } from './run-command.ts';
import { TestSocket } from './sockets.ts';
import { draft, startBackend, type Member, type TestBackend } from './start-backend.ts';

const createdSchema = z.object({ id: z.int(), password: z.string() });

let backend: TestBackend;
let jordan: Member;
let maya: Member;
beforeEach(async () => {
  backend = await startBackend();
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
});
afterEach(() => backend.destroy());

const run = (...line: string[]) => runCommand(backend.location, ...line);
const signIn = (email: string, password: string) =>
  backend.request('POST', '/api/auth/login', { body: { email, password } });

/** What a member's feed tells after `position`. */
async function eventsAfter(member: Member, { epoch, feedSeq }: { epoch: string; feedSeq: number }) {
  const answer = await member.get(`/api/messaging/feed?epoch=${epoch}&after=${feedSeq}`);
  return answer.read(feedAnswerSchema).events;
}
const position = async (member: Member) =>
  (await member.get('/api/messaging/snapshot')).read(snapshotAnswerSchema);

describe('migrate', () => {
  it('brings the schema up to date, and leaves one alone that is', async () => {
    expect(await run('migrate')).toEqual({ event: 'migrated' });
    expect((await signIn('maya@demo.test', 'demo-password')).status).toBe(200);
  });

  it('refuses a schema that is newer than the program, and changes nothing', async () => {
    await backend.database.transaction((trx) =>
      sql`insert into schema_versions (version, name, applied_at) values (100000, 'later', 0)`.execute(trx),
    );
    await expect(run('migrate')).rejects.toThrow(/newer version of this program/);
    await expect(run('deactivate', `${maya.id}`)).rejects.toThrow(SettingsError);
    expect((await maya.get('/api/auth/me')).status).toBe(200);
  });
});

describe('create-user', () => {
  it('makes an account that can sign in with the password that was printed once', async () => {
    const created = await run(
      'create-user',
      '--role',
      'trainer',
      '--name',
      ' Ana Sá ',
      '--email',
      'Ana@Studio.Example',
    );
    const { id, password } = createdSchema.parse(created);
    const answer = await signIn('ana@studio.example', password);
    expect(answer.read(loginAnswerSchema).user).toEqual({
      id,
      role: 'trainer',
      name: 'Ana Sá',
      email: 'ana@studio.example',
    });
  });

  it('refuses an address that is taken, however it is written', async () => {
    const again = run('create-user', '--role', 'trainee', '--name', 'M', '--email', 'MAYA@demo.test');
    await expect(again).rejects.toThrow(CommandFailure);
  });

  it('makes trainees whom assign gives a trainer, and unassign takes the trainer from', async () => {
    const before = await position(jordan);
    const { id, password } = createdSchema.parse(
      await run('create-user', '--role', 'trainee', '--name', 'Nia', '--email', 'nia@studio.example'),
    );
    await run('assign', '--trainee', 'nia@studio.example', '--trainer', 'trainer@demo.test');
    const start = { traineeId: id, ...draft('Welcome!') };
    expect((await jordan.post('/api/messaging/conversations', start)).status).toBe(201);
    await expect(run('assign', '--trainee', `${id}`, '--trainer', 'rival@demo.test')).rejects.toThrow(
      /has a trainer/,
    );
    const told = async () => (await eventsAfter(jordan, before)).map(({ type }) => type);
    expect(await told()).toEqual(['trainee.added', 'conversation.created', 'message.created']);
    await run('unassign', '--trainee', `${id}`, '--trainer', `${jordan.id}`);
    expect((await told()).slice(3)).toEqual(['conversation.archived', 'trainee.removed']);
    const nia = backend.member((await signIn('nia@studio.example', password)).read(loginAnswerSchema));
    expect((await position(nia)).conversations).toEqual([]);
  });
});

describe('set-password', () => {
  it('replaces the password and ends the sessions', async () => {
    const { password } = createdSchema.parse(await run('set-password', 'maya@demo.test'));
    expect((await maya.get('/api/auth/me')).status).toBe(401);
    expect((await signIn('maya@demo.test', 'demo-password')).status).toBe(401);
    expect((await signIn('maya@demo.test', password)).status).toBe(200);
  });
});

describe('update-trainee', () => {
  it('changes what the trainer sees, and tells the trainer’s app', async () => {
    const before = await position(jordan);
    await run(
      'update-trainee',
      'maya@demo.test',
      ...['--name', 'Maya Chen-Ruiz'],
      ...[
        '--programme',
        '10 km in spring',
        '--last-workout',
        '2026-01-02T03:04:05Z',
        '--missed-workouts',
        '2',
      ],
    );
    expect(await eventsAfter(jordan, before)).toEqual([
      expect.objectContaining({
        type: 'trainee.updated',
        trainee: expect.objectContaining({ id: maya.id, name: 'Maya Chen-Ruiz' }) as unknown,
      }),
    ]);
    const detail = async () =>
      (await jordan.get(`/api/trainees/${maya.id}`)).read(traineeAnswerSchema).trainee;
    const facts = { programme: '10 km in spring', lastWorkoutAt: '2026-01-02T03:04:05.000Z' };
    expect(await detail()).toMatchObject({ ...facts, missedWorkoutsThisWeek: 2 });
    await run('update-trainee', 'maya@demo.test', '--programme', '');
    expect(await detail()).toMatchObject({ ...facts, programme: null, name: 'Maya Chen-Ruiz' });
  });

  it('works for a trainee without a trainer, whom nobody is told of', async () => {
    await expect(run('update-trainee', 'solo@demo.test', '--missed-workouts', '1')).resolves.toBeTruthy();
  });

  it('refuses somebody who is no trainee', async () => {
    await expect(run('update-trainee', 'trainer@demo.test', '--name', 'X')).rejects.toThrow(CommandFailure);
  });
});

describe('deactivate', () => {
  it('ends the sessions at once and the sockets within 5 seconds, and keeps what was written', async () => {
    const conversation = await backend.conversationWith(jordan, maya.id);
    const thread = `/api/messaging/conversations/${conversation}/messages`;
    await maya.post(thread, draft('I will be away.'));
    const socket = new TestSocket(backend.url, maya.accessToken);
    await socket.event('hello');
    const startedAt = performance.now();
    await run('deactivate', 'maya@demo.test');
    const refused = await maya.get('/api/auth/me');
    expect([refused.status, refused.text]).toEqual([401, expect.stringContaining('session_ended')]);
    expect((await signIn('maya@demo.test', 'demo-password')).status).toBe(401);
    expect(await socket.event('session:ended')).toEqual({ reason: 'revoked' });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const { items } = (await jordan.get(thread)).read(messagesAnswerSchema);
    expect(items.at(-1)?.content).toBe('I will be away.');
    await run('reactivate', `${maya.id}`);
    expect((await signIn('maya@demo.test', 'demo-password')).status).toBe(200);
  });
});

describe('delete-user', () => {
  it('forgets a trainee and keeps both sides’ messages for the trainer to read', async () => {
    const conversation = await backend.conversationWith(jordan, maya.id);
    const thread = `/api/messaging/conversations/${conversation}/messages`;
    await maya.post(thread, draft('My last words.'));
    await jordan.post(thread, draft('Farewell.'));
    const before = await position(jordan);
    await run('delete-user', 'maya@demo.test');

    expect((await maya.get('/api/auth/me')).status).toBe(401);
    expect((await signIn('maya@demo.test', 'demo-password')).status).toBe(401);
    expect((await jordan.get(`/api/trainees/${maya.id}`)).status).toBe(404);
    const { items } = (await jordan.get(thread)).read(messagesAnswerSchema);
    expect(items.slice(-2).map(({ content }) => content)).toEqual(['My last words.', 'Farewell.']);
    expect(await eventsAfter(jordan, before)).toEqual([
      expect.objectContaining({
        type: 'conversation.archived',
        conversation: expect.objectContaining({
          isArchived: true,
          trainee: { id: maya.id, name: 'Deleted account' },
        }) as unknown,
      }),
      expect.objectContaining({ type: 'trainee.removed', traineeId: maya.id }),
    ]);
    expect((await jordan.post(thread, draft())).status).toBe(403);
    await expect(run('reactivate', `${maya.id}`)).rejects.toThrow(/deleted/);
    await expect(run('assign', '--trainee', `${maya.id}`, '--trainer', `${jordan.id}`)).rejects.toThrow(
      /deleted/,
    );
    await run('create-user', '--role', 'trainee', '--name', 'Another Maya', '--email', 'maya@demo.test');
  });

  it('forgets a trainer: the trainees have no trainer then, and another can take them', async () => {
    await run('delete-user', `${jordan.id}`);
    const { items } = (await maya.get('/api/messaging/conversations')).read(conversationsAnswerSchema);
    expect(items).toEqual([]);
    await run('assign', '--trainee', 'maya@demo.test', '--trainer', 'rival@demo.test');
  });
});

describe('a line that cannot be used', () => {
  it.each([
    ['create-user --role boss --name X --email x@y.example', /--role has to be/],
    ['create-user --role trainer --name X', /--email is missing/],
    ['create-user --role trainer --name X --email nobody', /no e-mail address/],
    ['create-user --role trainer --name= --email x@y.example', /A name has/],
    ['create-user --role trainer --name X --email x@y.example --colour red', /--colour.*known are/],
    ['deactivate', /is missing/],
    ['deactivate maya', /by id or e-mail/],
    ['deactivate maya@demo.test liam@demo.test', /too many words/],
    ['assign --trainee 1', /--trainer is missing/],
    ['update-trainee maya@demo.test', /nothing to change/],
    ['update-trainee maya@demo.test --last-workout yesterday', /has to be a time/],
    ['update-trainee maya@demo.test --missed-workouts some', /has to be a number/],
    ['dance', /is no command/],
  ])('%s', async (line, sentence) => {
    const typed = run(...line.split(' '));
    await expect(typed).rejects.toThrow(SettingsError);
    await expect(typed).rejects.toThrow(sentence);
  });
});

describe('the program', () => {
  async function runProgram(line: readonly string[], input = '') {
    const child = spawn(process.execPath, ['backend/main.ts', ...line], { stdio: 'pipe' });
    child.stdin.end(input);
    const [output, errors, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit').then(([exitCode]: unknown[]) => exitCode),
    ]);
    return { code, output, errors };
  }

  it('takes a password from standard input and does not print it', async () => {
    const line = ['set-password', `${maya.id}`, '--password-stdin', '--database', backend.location];
    expect(await runProgram(line, 'a long enough one\n')).toEqual({
      code: 0,
      output: `{"event":"password_set","id":${maya.id}}\n`,
      errors: '',
    });
    expect((await signIn('maya@demo.test', 'a long enough one')).status).toBe(200);
  });

  it('ends with code 1 and one sentence when it cannot do what was asked', async () => {
    const outcome = await runProgram(['deactivate', '4000000', '--database', backend.location]);
    expect(outcome).toEqual({
      code: 1,
      output: '',
      errors: expect.stringMatching(/^[^\n]+\.\n$/) as unknown,
    });
  });

  it('ends with code 2 and one sentence when it was asked wrongly', async () => {
    const outcome = await runProgram(['set-password', `${maya.id}`, '--password-stdin'], 'short');
    expect(outcome).toEqual({ code: 2, output: '', errors: 'A password has 10 to 1024 characters.\n' });
  });

  it('tells what can be typed', async () => {
    const { code, output } = await runProgram(['--help']);
    expect(code).toBe(0);
    expect(output).toMatch(/^npm run backend -- /);
    for (const name of output.matchAll(/^ {2}([a-z-]+) {2}/gm)) {
      expect(helpText(readLine([name[1] ?? '', '--help']).command)).toContain(`backend -- ${name[1]} `);
    }
  });
});
