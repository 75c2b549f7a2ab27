import type { ComponentProps } from 'react';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

const LOOKS: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-line bg-control text-ink hover:bg-hover',
  quiet: 'border border-transparent text-soft hover:bg-hover hover:text-ink',
  danger: 'border border-line bg-control text-danger hover:bg-danger-soft',
};

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: Look;
}

/** A button with a word on it. */
export function Button({ look = 'secondary', className = '', type = 'button', ...props }: ButtonProps) {
  return (
    <button
      type={type}
      className={`inline-flex min-h-8 max-w-full shrink-0 items-center justify-center gap-2 rounded-lg px-3 py-1 font-medium transition-colors disabled:opacity-50 ${LOOKS[look]} ${className}`}
      {...props}
    />
  );
}

interface IconButtonProps extends ComponentProps<'button'> {
  /** The accessible name. */
  readonly label: string;
}

/** A square button with an icon; its name is its tooltip too. */
export function IconButton({ label, className = '', type = 'button', ...props }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={`grid size-8 shrink-0 place-items-center rounded-lg text-soft transition-colors hover:bg-hover hover:text-ink disabled:opacity-50 ${className}`}
      {...props}
    />
  );
}
