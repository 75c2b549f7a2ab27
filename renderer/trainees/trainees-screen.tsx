import { useUi } from '../ui-state.ts';
import { TraineeList } from './trainee-list.tsx';
import { TraineePage } from './trainee-page.tsx';

/** The trainees panel: the list, or one trainee's page. */
export function TraineesScreen() {
  const openTraineeId = useUi((state) => state.openTraineeId);
  return openTraineeId === null ? (
    <TraineeList />
  ) : (
    <TraineePage key={openTraineeId} traineeId={openTraineeId} />
  );
}
