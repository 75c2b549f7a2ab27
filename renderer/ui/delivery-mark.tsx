import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import type { Delivery } from '../../shared/views.ts';
import type { WordKey } from '../../shared/words/words.ts';

/** What a screen reader says for each state of delivery. */
export const DELIVERY_WORDS = {
  sending: 'delivery.sending',
  notSent: 'delivery.notSent',
  refused: 'delivery.notSent',
  sent: 'delivery.sent',
  read: 'delivery.read',
} as const satisfies Readonly<Record<Delivery, WordKey>>;

/** The sign for a state of delivery; decoration beside its text. */
export function DeliveryMark({ delivery }: { readonly delivery: Delivery }) {
  switch (delivery) {
    case 'sending':
      return <Clock aria-hidden className="size-3 shrink-0 text-faint" />;
    case 'sent':
      return <Check aria-hidden className="size-3.5 shrink-0 text-accent-ink" strokeWidth={2.5} />;
    case 'read':
      return <CheckCheck aria-hidden className="size-3.5 shrink-0 text-accent-ink" strokeWidth={2.5} />;
    case 'notSent':
    case 'refused':
      return <CircleAlert aria-hidden className="size-3.5 shrink-0 text-danger" strokeWidth={2.5} />;
  }
}
