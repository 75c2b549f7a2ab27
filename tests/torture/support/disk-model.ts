/**
 * A disk with a cache that forgets: it applies recorded calls and tells what may be found after a loss of power.
 *
 * What is assumed of the file system. A sync of a file makes its bytes and its size durable, and a sync of a folder
 * its entries: what POSIX promises, no more. Of what was written after the last sync of a file, each block (512 or
 * 4,096 bytes) holds any one of the states that it had since, apart from its neighbours, so writes are torn,
 * lost and out of order; blocks that were skipped over read as zeros. The size is any that the file had since. Entries of
 * folders that were not synced appear in the order in which they were made, and any number of the last are
 * missing: file systems that are in use keep a journal of them (ext4, XFS, Btrfs, APFS, NTFS). A block itself is
 * whole: drives promise that of a sector, and SQLite counts on it ("powersafe overwrite").
 */
import path from 'node:path';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import type { IoCall } from './recorded-io.ts';

type Edit = { readonly offset: number; readonly bytes: Buffer } | { readonly size: number };

/** Which of the unsynced edits of a file the loss of power left. */
type Survival = 'none' | 'all' | 'firstOnes' | 'anyBlocks';

const BLOCK_SIZES = [512, 4_096] as const;

/** A file: what is durable, and what was done to it since. */
class ModelFile {
  #durable: Buffer = Buffer.alloc(0);
  #edits: Edit[] = [];

  edit(edit: Edit): void {
    this.#edits.push(edit);
  }

  sync(): void {
    this.#durable = applied(this.#durable, this.#edits);
    this.#edits = [];
  }

  /** What the file holds after a loss of power. */
  afterPowerLoss(random: SeededRandom): Buffer {
    const survival = random.pick<Survival>(['none', 'all', 'firstOnes', 'anyBlocks', 'anyBlocks']);
    switch (survival) {
      case 'none':
        return Buffer.from(this.#durable);
      case 'all':
        return applied(this.#durable, this.#edits);
      case 'firstOnes':
        return applied(this.#durable, this.#edits.slice(0, random.below(this.#edits.length + 1)));
      case 'anyBlocks':
        return this.#withAnyBlocks(random, random.pick(BLOCK_SIZES));
    }
  }

  #withAnyBlocks(random: SeededRandom, blockSize: number): Buffer {
    const sizes = [this.#durable.length];
    const editsOfBlock = new Map<number, number[]>();
    for (const [index, edit] of this.#edits.entries()) {
      sizes.push(sizeAfter(sizes.at(-1) ?? 0, edit));
      if ('size' in edit) continue;
      const last = Math.floor((edit.offset + edit.bytes.length - 1) / blockSize);
      for (let block = Math.floor(edit.offset / blockSize); block <= last; block += 1) {
        const edits = editsOfBlock.get(block) ?? [];
        edits.push(index);
        editsOfBlock.set(block, edits);
      }
    }
    const found = Buffer.alloc(random.pick(sizes));
    this.#durable.copy(found);
    for (const [block, edits] of editsOfBlock) {
      const start = block * blockSize;
      for (const index of edits.slice(0, random.below(edits.length + 1))) {
        const edit = this.#edits[index];
        if (edit && !('size' in edit)) copyPart(edit, found, start, start + blockSize);
      }
    }
    return found;
  }
}

function sizeAfter(size: number, edit: Edit): number {
  return 'size' in edit ? edit.size : Math.max(size, edit.offset + edit.bytes.length);
}

function applied(before: Buffer, edits: readonly Edit[]): Buffer {
  const sizes = [before.length];
  for (const edit of edits) sizes.push(sizeAfter(sizes.at(-1) ?? 0, edit));
  const roomy = Buffer.alloc(Math.max(...sizes));
  before.copy(roomy);
  for (const [index, edit] of edits.entries()) {
    if (!('size' in edit)) edit.bytes.copy(roomy, edit.offset);
    else if (edit.size < (sizes[index] ?? 0)) roomy.fill(0, edit.size);
  }
  return roomy.subarray(0, sizes.at(-1));
}

/** Copies the part of a write that falls into `[start, end)`. */
function copyPart(
  { offset, bytes }: { readonly offset: number; readonly bytes: Buffer },
  target: Buffer,
  start: number,
  end: number,
): void {
  const from = Math.max(start, offset);
  const to = Math.min(end, offset + bytes.length, target.length);
  if (from < to) bytes.copy(target, from, from - offset, to - offset);
}

/** An entry of a folder: a file, a folder, or none (any more). */
type Entry = ModelFile | 'folder' | null;

/** A disk below one folder that exists and is durable from the beginning. */
export class ModelDisk {
  readonly #root: string;
  readonly #openFiles = new Map<number, ModelFile | string>();
  readonly #entries = new Map<string, Entry>();
  readonly #durableEntries = new Map<string, Entry>();
  #unsyncedEntries: { readonly path: string; readonly entry: Entry }[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** Does what the process did. */
  apply(call: Exclude<IoCall, { type: 'print' }>): void {
    switch (call.type) {
      case 'open': {
        let entry = this.#entries.get(call.path) ?? null;
        if (entry === null && call.mayCreate) {
          entry = new ModelFile();
          this.#setEntry(call.path, entry);
        }
        this.#openFiles.set(call.file, entry === null || entry === 'folder' ? call.path : entry);
        return;
      }
      case 'write':
        this.#file(call.file).edit({ offset: call.offset, bytes: call.bytes });
        return;
      case 'truncate':
        this.#file(call.file).edit({ size: call.size });
        return;
      case 'sync': {
        const file = this.#openFiles.get(call.file);
        if (file instanceof ModelFile) file.sync();
        else if (file !== undefined) this.#syncFolder(file);
        return;
      }
      case 'makeFolder':
        this.#setEntry(call.path, 'folder');
        return;
      case 'remove':
        this.#setEntry(call.path, null);
        return;
    }
  }

  /** The files, by path, that are found after a loss of power now. */
  afterPowerLoss(random: SeededRandom): Map<string, Buffer> {
    const entries = new Map(this.#durableEntries);
    const kept = random.below(this.#unsyncedEntries.length + 1);
    for (const { path: name, entry } of this.#unsyncedEntries.slice(0, kept)) entries.set(name, entry);
    const found = new Map<string, Buffer>();
    for (const [name, entry] of entries) {
      if (entry instanceof ModelFile && this.#isReachable(name, entries)) {
        found.set(name, entry.afterPowerLoss(random));
      }
    }
    return found;
  }

  #isReachable(name: string, entries: ReadonlyMap<string, Entry>): boolean {
    for (let folder = path.dirname(name); folder !== this.#root; folder = path.dirname(folder)) {
      if (entries.get(folder) !== 'folder') return false;
    }
    return true;
  }

  #setEntry(name: string, entry: Entry): void {
    this.#entries.set(name, entry);
    this.#unsyncedEntries.push({ path: name, entry });
  }

  #syncFolder(folder: string): void {
    for (const { path: name, entry } of this.#unsyncedEntries) {
      if (path.dirname(name) === folder) this.#durableEntries.set(name, entry);
    }
    this.#unsyncedEntries = this.#unsyncedEntries.filter(({ path: name }) => path.dirname(name) !== folder);
  }

  #file(number: number): ModelFile {
    const file = this.#openFiles.get(number);
    if (!(file instanceof ModelFile)) throw new Error('A call on a file that was not opened.');
    return file;
  }
}
