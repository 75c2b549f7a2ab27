import { Toast as Base } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../words.ts';

const manager = Base.createToastManager();

/** Says that something went well, for a few seconds, with at most one thing to do about it. */
export function showToast(
  title: string,
  action?: { readonly label: string; readonly run: () => void },
): void {
  const id = manager.add({
    title,
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick: () => {
              manager.close(id);
              action.run();
            },
          },
        }),
  });
}

function ToastList() {
  const { say } = useWords();
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      className="pointer-events-auto rounded-xl border border-line bg-raised shadow-menu transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0"
    >
      <Base.Content className="flex items-center gap-3 py-1.5 pr-1.5 pl-4">
        <Base.Title className="min-w-0 grow" />
        <Base.Action className="h-8 shrink-0 rounded-lg border border-transparent px-2 font-medium text-accent-ink hover:bg-hover" />
        <Base.Close
          aria-label={say('common.dismiss')}
          className="grid size-8 shrink-0 place-items-center rounded-lg text-soft hover:bg-hover"
        >
          <X aria-hidden className="size-4" />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}

/** Where toasts appear; wraps the whole window. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const { say } = useWords();
  return (
    <Base.Provider toastManager={manager} timeout={6_000} limit={3}>
      {children}
      <Base.Portal>
        <Base.Viewport
          aria-label={say('common.notifications')}
          className="pointer-events-none fixed inset-x-4 bottom-18 z-20 mx-auto grid floating-width [--floating:26rem] gap-2 wide:right-4 wide:bottom-4 wide:left-auto"
        >
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
