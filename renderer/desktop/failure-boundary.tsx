import { CircleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { useUi } from '../ui-state.ts';
import { useWords } from '../words.ts';
import { reportFailure } from './failures.ts';

function FailedScreen({ onRetry }: { readonly onRetry: () => void }) {
  const { say } = useWords();
  return (
    <div role="alert" className="grid h-full place-content-center justify-items-center gap-4 p-8 text-center">
      <CircleAlert aria-hidden className="size-6 text-danger" />
      <p className="max-w-72 text-soft">{say('run.screenFailed')}</p>
      <Button onClick={onRetry}>{say('run.showAgain')}</Button>
    </div>
  );
}

/** Shows a plain screen in the place of one that could not be drawn; React would leave an empty window. */
export class FailureBoundary extends Component<{ readonly children: ReactNode }, { isBroken: boolean }> {
  override readonly state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override componentDidCatch(thrown: unknown): void {
    reportFailure(thrown);
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    const retry = (): void => {
      // The place that broke is left; what was typed stays.
      useUi.setState({
        panel: 'messages',
        openPeerId: null,
        openTraineeId: null,
        filter: 'all',
        overlay: null,
      });
      this.setState({ isBroken: false });
    };
    return <FailedScreen onRetry={retry} />;
  }
}
