/** What the app asks of the system's notifications, whichever system it is. */

/** A notification to be shown; one with the same key is replaced. */
export interface NotificationRequest {
  readonly key: string;
  readonly title: string;
  readonly body: string;
  readonly isSilent: boolean;
  /** The person may answer in the notification itself, where the system offers that. */
  readonly canReply: boolean;
}

/** What people do with notifications. */
export interface NotificationEvents {
  readonly onClick: (key: string) => void;
  readonly onReply: (key: string, text: string) => void;
}

/** Shows notifications. Nothing here ever waits for the system on the main thread. */
export interface Notifier {
  /** False when the system does not show it. Never rejects. */
  show(request: NotificationRequest): Promise<boolean>;
  /** Takes a notification away, if it is there. */
  withdraw(key: string): void;
  /** Takes all of them away, as far as the system answers within a moment; for the app's end. */
  withdrawAll(): Promise<void>;
}
