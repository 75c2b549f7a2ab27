/**
 * What the simulation puts in the place of what touches the world, and the faults that it puts into the
 * real modules to see them caught. To be installed before any of those modules is imported.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import type { Fault } from './faults.ts';

const projectDir = path.resolve(import.meta.dirname, '..', '..');
const urlOf = (file: string): string => pathToFileURL(path.join(projectDir, file)).href;

/** What is imported, the module that imports it, and what that module gets instead. */
const STAND_INS = [
  ['./open.ts', 'electron/storage/account-stores.ts', 'tests/simulation/disk.ts'],
  ['socket.io', 'backend/realtime/gateway.ts', 'tests/simulation/socket-io.ts'],
  ['@node-rs/argon2', 'backend/accounts/passwords.ts', 'tests/simulation/argon2.ts'],
] as const;

/** Installs the stand-ins, and the fault if there is one. */
export function installHooks(fault: Fault | null): void {
  const standIns = new Map(
    STAND_INS.map(([name, importer, standIn]) => [`${name} ${urlOf(importer)}`, urlOf(standIn)]),
  );
  const patches = Map.groupBy(fault?.patches ?? [], ({ file }) => urlOf(file));
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = standIns.get(`${specifier} ${context.parentURL}`);
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
    },
    load: (url, context, next) => {
      const loaded = next(url, context);
      const own = patches.get(url);
      if (!own) return loaded;
      let source = textOf(loaded.source);
      for (const { file, find, replace } of own) {
        if (source.split(find).length !== 2)
          throw new Error(`The fault does not fit ${file} any more: ${find}`);
        source = source.replace(find, () => replace);
      }
      return { ...loaded, source };
    },
  });
}

function textOf(source: unknown): string {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array) return Buffer.from(source).toString();
  throw new Error('A module without text.');
}
