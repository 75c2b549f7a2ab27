/**
 * Names of the two IPC channels. Apart from the table, so that the preload script stays free of
 * schemas and therefore tiny.
 */

/** Calls of the window, answered with a result. */
export const IPC_INVOKE_CHANNEL = 'trainer-inbox:invoke';
/** Change batches that the main process publishes. */
export const IPC_CHANGES_CHANNEL = 'trainer-inbox:changes';
