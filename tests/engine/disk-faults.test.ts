import { describe, expect, it } from 'vitest';
import { type DiskFault, liveWith } from './support/faulty-disk.ts';

const FAULTS: readonly DiskFault[] = [
  { call: 'pwrite64', error: 'ENOSPC', every: 97 },
  { call: 'pwrite64', error: 'EIO', every: 83 },
  { call: 'pwrite64', error: 'EROFS', every: 89 },
  { call: 'fsync,fdatasync', error: 'EIO', every: 41 },
  { call: 'ftruncate', error: 'EIO', every: 19 },
  { call: 'pread64', error: 'EIO', every: 401 },
  { call: 'pread64', error: 'EIO', every: 283 },
];

describe('a disk that fails now and then', () => {
  it.each(FAULTS)(
    'with $error at every $every-th $call loses nothing that was answered and breaks nothing',
    async (fault) => {
      const { done, failed, lost, unsound, codes } = await liveWith(fault);
      expect({ lost, unsound }).toEqual({ lost: [], unsound: [] });
      expect(failed, `failures met: ${codes.join(' ')}`).toBeGreaterThan(0);
      expect(done).toBeGreaterThan(100);
    },
    120_000,
  );
});
