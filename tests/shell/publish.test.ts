import { describe, expect, it } from 'vitest';
import { createPublisher } from '../../electron/ipc/publish.ts';
import type { Change, ChangeBatch } from '../../shared/views.ts';

const change = (unreadCount: number): Change => ({ type: 'unread.changed', unreadCount });

describe('published changes', () => {
  it('are numbered 1, 2, 3 without a gap, each commit as one batch', () => {
    const sent: ChangeBatch[] = [];
    const publisher = createPublisher((batch) => sent.push(batch));
    expect(publisher.number).toBe(0);
    publisher.publish([change(1), { type: 'trainees.changed' }]);
    publisher.publish([change(2)]);
    expect(sent).toEqual([
      { number: 1, changes: [change(1), { type: 'trainees.changed' }] },
      { number: 2, changes: [change(2)] },
    ]);
    expect(publisher.number).toBe(2);
  });

  it('take no number when nothing changed', () => {
    const sent: ChangeBatch[] = [];
    const publisher = createPublisher((batch) => sent.push(batch));
    publisher.publish([]);
    expect(sent).toEqual([]);
    expect(publisher.number).toBe(0);
  });

  it('already count while they are being sent, so that a view read then holds them', () => {
    const numbers: number[] = [];
    const publisher = createPublisher(() => numbers.push(publisher.number));
    publisher.publish([change(1)]);
    expect(numbers).toEqual([1]);
  });
});
