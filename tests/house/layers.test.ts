import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import { projectDir } from './sources.ts';

const reportSchema = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Lays out a small project of these files and returns the rules that it breaks, as `file: rule`, sorted. */
async function breaches(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-layers-'));
  folders.push(folder);
  symlinkSync(path.join(projectDir, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  const rooms = [...new Set(Object.keys(files).map((file) => file.split('/')[0] ?? ''))];
  const cruiser = path.join(
    projectDir,
    'node_modules',
    'dependency-cruiser',
    'bin',
    'dependency-cruiser.mjs',
  );
  const config = path.join(projectDir, '.dependency-cruiser.cjs');
  const output = await new Promise<string>((resolve) => {
    // The exit code is the number of breaches: the report says more.
    execFile(
      process.execPath,
      [cruiser, '--config', config, '-T', 'json', ...rooms],
      { cwd: folder },
      (_, out) => resolve(out),
    );
  });
  return reportSchema
    .parse(JSON.parse(output))
    .summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`)
    .toSorted();
}

describe('the layer rules', () => {
  it('let data flow down the layers', async () => {
    expect(
      await breaches({
        'shared/text.ts': 'export const text = 1;',
        'electron/main.ts': "import './engine.ts'; import './ipc/register.ts'; import 'electron';",
        'electron/ipc/register.ts': "import '../../shared/text.ts'; import 'electron';",
        'electron/engine.ts': "import './session/session.ts'; import './sync/connection.ts';",
        'electron/session/session.ts': "import '../storage/open.ts';",
        'electron/sync/connection.ts': "import 'socket.io-client'; import '../outbox/rows.ts';",
        'electron/outbox/rows.ts': "import '../cache/messages.ts';",
        'electron/cache/messages.ts': "import '../storage/open.ts';",
        'electron/storage/open.ts': "import 'better-sqlite3';",
        'backend/main.ts': "import '../shared/text.ts'; import 'better-sqlite3';",
      }),
    ).toEqual([]);
  });

  it('refuse an import against the arrow, also of a type', async () => {
    expect(
      await breaches({
        'electron/storage/open.ts': "import type { Row } from '../cache/row.ts'; export type Open = Row;",
        'electron/cache/row.ts': "import '../outbox/rows.ts'; export type Row = number;",
        'electron/outbox/rows.ts': "import '../sync/api.ts';",
        'electron/sync/api.ts': "import '../desktop/badge.ts';",
        'electron/desktop/badge.ts': "import '../main.ts';",
        'electron/main.ts': 'export const main = 1;',
      }),
    ).toEqual([
      'electron/cache/row.ts: cache-imports-only-what-is-below',
      'electron/desktop/badge.ts: shell-imports-only-what-is-below',
      'electron/outbox/rows.ts: outbox-imports-only-what-is-below',
      'electron/storage/open.ts: storage-imports-only-what-is-below',
      'electron/sync/api.ts: sync-imports-only-what-is-below',
    ]);
  });

  it('refuse rooms that import each other', async () => {
    expect(
      await breaches({
        'shared/text.ts': "import '../renderer/bridge.ts'; import 'node:fs';",
        'renderer/bridge.ts': "import '../electron/main.ts'; import 'node:path';",
        'electron/main.ts': "import '../backend/main.ts';",
        'electron/preload.ts': "import './main.ts';",
        'backend/main.ts': 'export const backend = 1;',
      }),
    ).toEqual([
      'electron/main.ts: electron-imports-only-itself-and-shared',
      'electron/preload.ts: preload-imports-only-shared',
      'renderer/bridge.ts: renderer-imports-only-itself-and-shared',
      'renderer/bridge.ts: renderer-knows-no-node',
      'shared/text.ts: shared-imports-nothing-of-ours',
      'shared/text.ts: shared-knows-no-platform',
    ]);
  });

  it('keep each risky package in one module, and Electron out of the engine', async () => {
    expect(
      await breaches({
        'electron/desktop/window.ts': "import 'socket.io-client'; import 'better-sqlite3'; import 'zod';",
        'electron/sync/catch-up.ts': "import { app } from 'electron'; export { app };",
      }),
    ).toEqual([
      'electron/desktop/window.ts: single-importer-of-better-sqlite3',
      'electron/desktop/window.ts: single-importer-of-socket-io-client',
      'electron/desktop/window.ts: single-importer-of-zod',
      'electron/sync/catch-up.ts: engine-knows-no-electron',
    ]);
  });

  it('refuse circles and imports of nothing', async () => {
    expect(
      await breaches({
        'backend/a.ts': "import './b.ts';",
        'backend/b.ts': "import './a.ts'; import './gone.ts';",
      }),
    ).toEqual(['backend/a.ts: no-cycles', 'backend/b.ts: no-missing-modules']);
  });
});
