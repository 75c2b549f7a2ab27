import { useState, type ReactNode } from 'react';
import type { DesktopSettings, DesktopView, PauseLength } from '../../shared/desktop.ts';
import { call } from '../bridge.ts';
import { clockTime } from '../time/labels.ts';
import { useNow } from '../time/use-now.ts';
import { Button } from '../ui/button.tsx';
import { commandKey } from '../ui/command-key.ts';
import { useWords } from '../words.ts';

interface DesktopProps {
  readonly desktop: DesktopView;
}

interface SwitchProps {
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: ReactNode;
}

function Switch({ isOn, isDisabled = false, onChange, children }: SwitchProps) {
  return (
    <label className="flex items-center gap-2">
      <input
        type="checkbox"
        checked={isOn}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-accent"
      />
      {children}
    </label>
  );
}

function useConfigure({ settings }: DesktopView): (some: Partial<DesktopSettings>) => void {
  return (some) => void call('desktop.configure', { ...settings, ...some });
}

const CONTENTS = [
  ['full', 'desktop.contentFull'],
  ['name', 'desktop.contentName'],
  ['nothing', 'desktop.contentNothing'],
] as const;

const PAUSES: readonly (readonly [PauseLength, 'tray.pause30' | 'tray.pause60' | 'tray.pauseTomorrow'])[] = [
  ['30', 'tray.pause30'],
  ['60', 'tray.pause60'],
  ['tomorrow', 'tray.pauseTomorrow'],
];

function Pause({ pausedUntil }: { readonly pausedUntil: string | null }) {
  const { say } = useWords();
  const { place } = useNow();
  const pause = (length: PauseLength | null): void => void call('desktop.pause', { length });
  if (pausedUntil !== null) {
    return (
      <div className="flex flex-wrap items-center gap-3">
        <p>{say('desktop.pausedUntil', { time: clockTime(Date.parse(pausedUntil), place) })}</p>
        <Button onClick={() => pause(null)}>{say('tray.resume')}</Button>
      </div>
    );
  }
  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="mb-2">{say('tray.pause')}</legend>
      {PAUSES.map(([length, key]) => (
        <Button key={length} onClick={() => pause(length)}>
          {say(key)}
        </Button>
      ))}
    </fieldset>
  );
}

function TestNotification() {
  const { say } = useWords();
  const [wasShown, setWasShown] = useState<boolean | null>(null);
  const test = async (): Promise<void> => {
    const result = await call('notifications.test', {});
    setWasShown(result.ok && result.value.wasShown);
  };
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button onClick={() => void test()}>{say('desktop.test')}</Button>
      <p role="status" className="text-sm text-soft">
        {wasShown === null ? '' : say(wasShown ? 'desktop.testShown' : 'desktop.testFailed')}
      </p>
    </div>
  );
}

/** Whether, and how much of, new messages is announced. */
export function NotificationSettings({ desktop }: DesktopProps) {
  const { say } = useWords();
  const configure = useConfigure(desktop);
  const { notifications, notificationContent, notificationSound } = desktop.settings;
  return (
    <>
      <Switch isOn={notifications} onChange={(isOn) => configure({ notifications: isOn })}>
        {say('desktop.show')}
      </Switch>
      <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
        <legend className="mb-2">{say('desktop.content')}</legend>
        {CONTENTS.map(([value, key]) => (
          <label key={value} className="flex items-center gap-2">
            <input
              type="radio"
              name="notification-content"
              checked={notificationContent === value}
              onChange={() => configure({ notificationContent: value })}
              className="size-4 accent-accent"
            />
            {say(key)}
          </label>
        ))}
      </fieldset>
      <Switch isOn={notificationSound} onChange={(isOn) => configure({ notificationSound: isOn })}>
        {say('desktop.sound')}
      </Switch>
      <Pause pausedUntil={desktop.pausedUntil} />
      <TestNotification />
    </>
  );
}

/** What the Enter key does while writing. */
export function WritingSettings({ desktop }: DesktopProps) {
  const { say } = useWords();
  const configure = useConfigure(desktop);
  const { enterSends } = desktop.settings;
  const key = commandKey(say);
  return (
    <>
      <Switch isOn={enterSends} onChange={(isOn) => configure({ enterSends: isOn })}>
        {say('desktop.enterSends')}
      </Switch>
      <p className="text-sm text-faint">
        {say(enterSends ? 'desktop.enterSendsText' : 'desktop.enterBreaksText', { key })}
      </p>
    </>
  );
}

/** What closing the window does, and whether the app starts by itself. */
export function WindowSettings({ desktop }: DesktopProps) {
  const { say } = useWords();
  const configure = useConfigure(desktop);
  const { closeToTray, startAtLogin } = desktop.settings;
  return (
    <>
      <Switch
        isOn={closeToTray}
        isDisabled={!desktop.hasTray}
        onChange={(isOn) => configure({ closeToTray: isOn })}
      >
        {say('desktop.closeToTray')}
      </Switch>
      {desktop.hasTray ? null : <p className="text-sm text-faint">{say('desktop.noTray')}</p>}
      <Switch isOn={startAtLogin} onChange={(isOn) => configure({ startAtLogin: isOn })}>
        {say('desktop.startAtLogin')}
      </Switch>
    </>
  );
}
