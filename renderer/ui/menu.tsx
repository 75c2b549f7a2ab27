import { Menu as Base } from '@base-ui/react/menu';
import { Ellipsis } from 'lucide-react';

interface MenuProps {
  /** The accessible name of the button that opens it. */
  readonly label: string;
  readonly items: readonly { readonly label: string; readonly onSelect: () => void }[];
}

/** A button with three dots and the actions behind it. */
export function ActionMenu({ label, items }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger
        aria-label={label}
        title={label}
        className="relative grid size-8 shrink-0 place-items-center rounded-lg text-soft hover:bg-hover hover:text-ink data-popup-open:bg-hover"
      >
        <Ellipsis aria-hidden className="size-4" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner align="end" sideOffset={4} className="z-10">
          <Base.Popup className="min-w-40 rounded-xl border border-line bg-raised p-1 shadow-menu outline-none">
            {items.map((item) => (
              <Base.Item
                key={item.label}
                onClick={item.onSelect}
                className="flex h-8 items-center rounded-lg px-3 outline-none data-highlighted:bg-hover"
              >
                {item.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
