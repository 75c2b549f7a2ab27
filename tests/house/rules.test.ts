import { describe, expect, it } from 'vitest';
import { sourcesIn, usesOf } from './sources.ts';

/** Something that only some files may do. */
interface Rule {
  readonly name: string;
  /** What it looks like in one line of code. */
  readonly pattern: RegExp;
  /** Files that the rule is about. */
  readonly within: RegExp;
  /** Files that may do it all the same. */
  readonly except?: RegExp;
  /** A line that the rule must find, so that a broken pattern is noticed. */
  readonly sample: string;
}

const APP = /^(electron|renderer|shared)\//;
const ENGINE = /^electron\/(engine(-api)?\.ts$|(session|sync|outbox|cache|storage)\/)/;
const CLOCK = /^electron\/sync\/clock\.ts$/;

const RULES: readonly Rule[] = [
  {
    name: 'only the API client makes HTTP requests',
    pattern: /(?<!\w)fetch\s*\(|\bnew (XMLHttpRequest|WebSocket|EventSource)\b|\bnet\.request\b/,
    within: APP,
    except: /^electron\/sync\/exchange\.ts$/,
    sample: "const answer = await parts.fetch('/api/me');",
  },
  {
    // Compositors of today move no window for a program: nothing may depend on it.
    name: 'only the keeper of the window moves it',
    pattern: /\.set(Position|Bounds)\(/,
    within: /^electron\//,
    except: /^electron\/desktop\/inbox-window\.ts$/,
    sample: 'window.setPosition(0, 0);',
  },
  {
    name: 'only the IPC register touches ipcMain',
    pattern: /\bipcMain\b/,
    within: APP,
    except: /^electron\/ipc\/register\.ts$/,
    sample: "import { app, ipcMain } from 'electron';",
  },
  {
    name: 'only the preload script touches ipcRenderer',
    pattern: /\bipcRenderer\b/,
    within: APP,
    except: /^electron\/preload\.ts$/,
    sample: "ipcRenderer.send('changes');",
  },
  {
    name: 'only main hands out what opens addresses outside the app',
    pattern: /\bopenExternal\b(?!`)/,
    within: APP,
    except: /^electron\/main\.ts$/,
    sample: "void shell.openExternal('https://example.com');",
  },
  {
    name: 'only the bridge touches window.trainerInbox',
    pattern: /\btrainerInbox\b/,
    within: /^renderer\//,
    except: /^renderer\/bridge\.ts$/,
    sample: "await window.trainerInbox.invoke('app.view', null);",
  },
  {
    name: 'the engine is told the time',
    pattern:
      /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bset(Timeout|Interval|Immediate)\b|\bAbortSignal\.timeout\b|node:timers/,
    within: ENGINE,
    except: CLOCK,
    sample: 'const at = new Date();',
  },
  {
    name: 'the engine is given its randomness',
    pattern: /\bMath\.random\b/,
    within: ENGINE,
    sample: 'const jitter = Math.random() * 500;',
  },
  {
    name: 'the engine does not know the process it runs in',
    pattern: /(?<![\w.'"])process\.|node:process/,
    within: ENGINE,
    sample: 'const folder = process.env.HOME;',
  },
  {
    name: 'screens have no colours and sizes of their own: the visual system is renderer/ui',
    pattern: /["'`\s:][a-z]+(-[a-z]+)*-\[[^\]]*\]|["'`\s]\[[a-z-]+:[^\]]*\]|#[0-9a-f]{6}\b|\brgb\(/i,
    within: /^renderer\/.*\.tsx?$/,
    except: /^renderer\/ui\//,
    sample: '<p className="text-[13px] [animation-delay:150ms]">',
  },
  {
    name: 'no test waits for luck',
    pattern: /\bsetTimeout\s*\(|timers\/promises|\bwaitForTimeout\b/,
    within: /^tests\/.*\.test\.tsx?$/,
    sample: 'await new Promise((resolve) => setTimeout(resolve, 500));',
  },
  {
    name: 'Chromium’s sandbox is switched off by scripts and tests only',
    pattern: /no-sandbox|noSandbox/,
    within: /./,
    except: /^(scripts|tests|bench|docs)\//,
    sample: "app.commandLine.appendSwitch('no-sandbox');",
  },
  {
    name: 'nothing names a folder of one particular machine',
    pattern: /["'`\s(](\/work\/|\/root\/|\/home\/\w|\/Users\/\w|[A-Z]:\\\\Users)/,
    within: /./,
    except: /^tests\/shell\//,
    sample: "const profile = '/home/jordan/profile';",
  },
];

const sources = sourcesIn('', ['.ts', '.tsx', '.mjs', '.cjs', '.json', '.yml', '.html', '.css']).filter(
  ({ file }) => file !== 'tests/house/rules.test.ts' && file !== 'package-lock.json',
);

describe('the rules of the house', () => {
  it.each(RULES)('$name', ({ pattern, within, except }) => {
    const watched = sources.filter(({ file }) => within.test(file) && !except?.test(file));
    expect(watched.length).toBeGreaterThan(0);
    expect(watched.flatMap((source) => usesOf(pattern, source))).toEqual([]);
  });

  it.each(RULES)('would notice a breach of: $name', ({ pattern, sample }) => {
    expect(
      usesOf(pattern, { file: 'sample.ts', text: `/* ${sample} */\n// ${sample}\n${sample}\n` }),
    ).toEqual(['sample.ts:3']);
  });

  it('names single users that exist', () => {
    const files = new Set(sources.map(({ file }) => file));
    for (const file of [
      'electron/sync/exchange.ts',
      'electron/sync/connection.ts',
      'electron/sync/clock.ts',
      'electron/storage/open.ts',
      'electron/ipc/register.ts',
      'electron/preload.ts',
      'renderer/bridge.ts',
      'shared/schema.ts',
    ]) {
      expect(files, file).toContain(file);
    }
  });
});
