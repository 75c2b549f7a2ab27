import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startLiveUpdates } from './data/live.ts';
import { keepPlace } from './data/place.ts';
import { createQueryClient } from './data/query-client.ts';
import { FailureBoundary } from './desktop/failure-boundary.tsx';
import { reportFailures } from './desktop/failures.ts';
import { applyAppearance } from './settings/appearance.ts';
import { Toasts } from './ui/toasts.tsx';

applyAppearance();
reportFailures(window);
keepPlace();
const client = createQueryClient();
const live = startLiveUpdates(client);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={client}>
        <Toasts>
          <FailureBoundary>
            <App onRetry={live.readAgain} />
          </FailureBoundary>
        </Toasts>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
