import { z } from '../../../shared/schema.ts';

/** What a life of the engine needs to know. */
export const planSchema = z.object({
  /** Folder of the app's data. */
  dataDir: z.string(),
  /** Origin of the backend. */
  server: z.string(),
  /** What the texts of this life begin with. */
  label: z.string(),
  /** Two people to write to, by user id; the first writes while the app is closed. */
  peerIds: z.tuple([z.number(), z.number()]),
});
export type LifePlan = z.infer<typeof planSchema>;

interface LifeMessage {
  readonly peerId: number;
  readonly text: string;
}

/** The messages of a life, in the order in which they are written. */
export function messagesOfLife({ label, peerIds: [first, second] }: Pick<LifePlan, 'label' | 'peerIds'>): {
  readonly beforeRestart: readonly LifeMessage[];
  readonly fromTrainee: LifeMessage;
  readonly afterRestart: readonly LifeMessage[];
} {
  const numbered = (peerId: number, number: number) => ({ peerId, text: `${label}/${number}` });
  return {
    beforeRestart: [
      numbered(first, 1),
      numbered(second, 2),
      numbered(first, 3),
      numbered(second, 4),
      numbered(first, 5),
    ],
    fromTrainee: { peerId: first, text: `${label}/answer` },
    afterRestart: [numbered(first, 6), numbered(second, 7)],
  };
}
