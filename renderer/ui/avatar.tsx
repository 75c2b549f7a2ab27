const COLOURS = 8;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function firstLetter(word: string | undefined): string {
  if (word === undefined) return '';
  const [first] = segmenter.segment(word);
  return first?.segment.toLocaleUpperCase() ?? '';
}

/** One or two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const last = words.length > 1 ? words.at(-1) : undefined;
  return `${firstLetter(words[0])}${firstLetter(last)}` || '?';
}

interface AvatarProps {
  /** The user's id; it decides the colour for good. */
  readonly id: number;
  readonly name: string;
  readonly size?: 'small' | 'medium' | 'large';
}

const SIZES = {
  small: 'size-8 text-xs',
  medium: 'size-10 text-base',
  large: 'size-16 text-xl',
} as const;

/** A person's initials on their colour; decoration beside the name. */
export function Avatar({ id, name, size = 'medium' }: AvatarProps) {
  return (
    <span
      aria-hidden
      className={`grid shrink-0 place-items-center rounded-full font-medium text-on-accent avatar-${id % COLOURS} ${SIZES[size]}`}
    >
      {initials(name)}
    </span>
  );
}
