/** Ways in which a database on a disk comes to harm. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import SqliteDatabase from 'better-sqlite3';

/** One way to harm the database at `path`, with chance as `random` gives it. */
export interface Mutation {
  readonly name: string;
  readonly apply: (path: string, random: () => number) => void;
  /** The harm is such that it has to be noticed at the next start. */
  readonly isObvious: boolean;
}

const PAGE_BYTES = 4_096;
/** Where a header keeps the number of the schema's version. */
const VERSION_BYTES = { from: 60, to: 64 };

function removeLog(path: string): void {
  for (const side of ['-wal', '-shm']) rmSync(path + side, { force: true, recursive: true });
}

/** Changes one bit at each of `count` places, at random between `from` and `to`. */
function flip(path: string, random: () => number, count: number, from: number, to: number): void {
  const bytes = readFileSync(path);
  const end = Math.min(to, bytes.length);
  for (let done = 0; done < count;) {
    const at = from + Math.floor(random() * (end - from));
    // A greater version is a sound file of a later app, not a damaged one.
    if (at >= VERSION_BYTES.from && at < VERSION_BYTES.to) continue;
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    done += 1;
  }
  writeFileSync(path, bytes);
}

/** The file that holds the newest pages: the log while there is one. */
function newestFile(path: string): string {
  return existsSync(`${path}-wal`) ? `${path}-wal` : path;
}

function otherDatabase(path: string, sql: string): void {
  rmSync(path, { recursive: true });
  removeLog(path);
  const other = new SqliteDatabase(path);
  other.exec(sql);
  other.close();
}

/** Harm that depends on chance: each seed makes another mutant. */
export const RANDOM_MUTATIONS: readonly Mutation[] = [
  {
    name: 'flipped bits in the header',
    apply: (path, random) => flip(path, random, 3, 0, 100),
    isObvious: false,
  },
  {
    name: 'a flipped bit somewhere',
    apply: (path, random) => flip(path, random, 1, 100, Number.MAX_SAFE_INTEGER),
    isObvious: false,
  },
  {
    name: 'forty flipped bits',
    apply: (path, random) => flip(path, random, 40, 100, Number.MAX_SAFE_INTEGER),
    isObvious: false,
  },
  {
    name: 'flipped bits in the newest file',
    apply: (path, random) => flip(newestFile(path), random, 5, 0, Number.MAX_SAFE_INTEGER),
    isObvious: false,
  },
  {
    name: 'a page of random bytes',
    apply: (path, random) => {
      const bytes = readFileSync(path);
      const start = Math.floor((random() * bytes.length) / PAGE_BYTES) * PAGE_BYTES;
      for (let at = start; at < start + PAGE_BYTES; at += 1) bytes[at] = Math.floor(random() * 256);
      writeFileSync(path, bytes);
    },
    isObvious: false,
  },
  {
    name: 'a page of zeros',
    apply: (path, random) => {
      const bytes = readFileSync(path);
      const start = Math.floor((random() * bytes.length) / PAGE_BYTES) * PAGE_BYTES;
      writeFileSync(path, bytes.fill(0, start, start + PAGE_BYTES));
    },
    isObvious: false,
  },
  {
    name: 'a truncated file',
    apply: (path, random) => truncateSync(path, Math.floor(random() * readFileSync(path).length)),
    isObvious: false,
  },
];

/** Harm that is always the same. */
export const FIXED_MUTATIONS: readonly Mutation[] = [
  { name: 'a zero-length file', apply: (path) => writeFileSync(path, ''), isObvious: true },
  {
    name: 'a zero-length file without a log',
    apply: (path) => {
      writeFileSync(path, '');
      removeLog(path);
    },
    isObvious: true,
  },
  {
    name: 'half a header',
    apply: (path) => truncateSync(path, 50),
    isObvious: true,
  },
  {
    name: 'a text in its place',
    apply: (path) => writeFileSync(path, 'not a database '.repeat(1_000)),
    isObvious: true,
  },
  {
    name: 'another program’s database in its place',
    apply: (path) =>
      otherDatabase(path, 'CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES (1)'),
    isObvious: true,
  },
  {
    name: 'another program’s database with our version and names',
    apply: (path) =>
      otherDatabase(path, 'CREATE TABLE messages (x); CREATE TABLE outbox (x); PRAGMA user_version = 10'),
    isObvious: true,
  },
  {
    name: 'a version that no app can have',
    apply: (path) => {
      removeLog(path);
      const bytes = readFileSync(path);
      bytes.writeUInt32BE(0xff00000a, VERSION_BYTES.from);
      writeFileSync(path, bytes);
    },
    isObvious: true,
  },
  {
    name: 'a folder in its place',
    apply: (path) => {
      rmSync(path);
      removeLog(path);
      mkdirSync(path);
      writeFileSync(`${path}/file`, '');
    },
    isObvious: true,
  },
  {
    name: 'a folder in the place of its log',
    apply: (path) => {
      removeLog(path);
      mkdirSync(`${path}-wal`);
    },
    isObvious: true,
  },
  {
    name: 'a link that leads to itself',
    apply: (path) => {
      rmSync(path);
      removeLog(path);
      symlinkSync(path, path);
    },
    isObvious: true,
  },
  {
    name: 'a lost schema page',
    apply: (path) => {
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(0xff, 100, PAGE_BYTES));
      removeLog(path);
    },
    isObvious: true,
  },
  {
    name: 'an unreadable file',
    apply: (path) => chmodSync(path, 0o000),
    isObvious: false,
  },
];
