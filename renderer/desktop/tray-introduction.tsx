import { call } from '../bridge.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';

/** Says, when the window is closed for the first time, that the app stays in the tray, and offers to quit instead. */
export function TrayIntroduction() {
  const { say } = useWords();
  const isOpen = useUi((state) => state.overlay === 'tray');
  const answer = (choice: 'hide' | 'quit'): void => {
    useUi.getState().setOverlay(null);
    void call('window.close', { choice });
  };
  return (
    <Dialog title={say('tray.staysTitle')} isOpen={isOpen} onClose={() => answer('hide')}>
      <p className="px-4 text-soft">{say('tray.staysText')}</p>
      <div className="flex flex-wrap justify-end gap-2 p-4">
        <Button onClick={() => answer('quit')}>{say('tray.quitInstead')}</Button>
        <Button look="primary" onClick={() => answer('hide')}>
          {say('tray.keepRunning')}
        </Button>
      </div>
    </Dialog>
  );
}
