/** A folder of releases on loopback, as an operator publishes it, and as an attacker would like to have it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { signFeed } from '../../scripts/lib/feed.mjs';

const MANIFEST = 'latest-linux.yml';

/** What a manifest says. */
export interface Release {
  readonly version: string;
  /** Name of the package, which lies beside the manifest. */
  readonly file: string;
  readonly content: Buffer;
  /** Other than the content's own, in base64. */
  readonly sha512?: string;
}

/** An answer of a server that cannot be believed. */
type Reply = (response: ServerResponse) => void;

/** The content with one byte changed. */
export function flipped(content: Buffer): Reply {
  const changed = Buffer.from(content);
  const middle = Math.floor(content.length / 2);
  changed[middle] = (changed[middle] ?? 0) ^ 1;
  return (response) => void response.writeHead(200, { 'content-length': changed.length }).end(changed);
}

/** A third of the content, and then the end of the connection. */
export function truncated(content: Buffer): Reply {
  return (response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, content.length / 3), () => response.destroy());
  };
}

/** Another place. */
export function redirected(location: string): Reply {
  return (response) => void response.writeHead(302, { location }).end();
}

/** The server. */
export interface FeedServer {
  /** Paths that were asked for since {@link publish}, without what follows a question mark. */
  readonly asked: readonly string[];
  /** Replaces all files by a release, signed with this key. */
  publish(release: Release, privateKey: string): void;
  /** Answers this path in another way. */
  answer(name: string, reply: Reply): void;
  /** What lies under a name. */
  content(name: string): Buffer;
  close(): Promise<void>;
}

/** Starts it on this port. */
export async function startFeedServer(port: number): Promise<FeedServer> {
  const files = new Map<string, Buffer>();
  const replies = new Map<string, Reply>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://feed.test').pathname.slice(1);
    asked.push(name);
    const reply = replies.get(name);
    const content = files.get(name);
    if (reply !== undefined) reply(response);
    else if (content === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': content.length }).end(content);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  return {
    asked,
    publish: ({ version, file, content, sha512 }, privateKey) => {
      const hash = sha512 ?? createHash('sha512').update(content).digest('base64');
      // As electron-builder writes it.
      const manifest = [
        `version: ${version}`,
        'files:',
        `  - url: ${file}`,
        `    sha512: ${hash}`,
        `    size: ${content.length}`,
        `path: ${file}`,
        `sha512: ${hash}`,
        "releaseDate: '2026-11-23T12:00:00.000Z'",
        '',
      ].join('\n');
      const folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-feed-'));
      writeFileSync(path.join(folder, MANIFEST), manifest);
      signFeed(folder, privateKey);
      files.clear();
      replies.clear();
      asked.length = 0;
      for (const name of [MANIFEST, `${MANIFEST}.sig`]) {
        files.set(name, readFileSync(path.join(folder, name)));
      }
      files.set(file, content);
      rmSync(folder, { recursive: true });
    },
    answer: (name, reply) => void replies.set(name, reply),
    content: (name) => files.get(name) ?? Buffer.alloc(0),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
