/** Links from outside that lead into the app. */

/** The installers declare its scheme to the system. */
const CONVERSATION = /^trainer-inbox:\/\/conversation\/([1-9]\d{0,14})\/?$/;

/**
 * The conversation that `trainer-inbox://conversation/42` leads to. Links come from anywhere, so anything else is null.
 */
export function linkedConversation(link: string): number | null {
  const id = CONVERSATION.exec(link)?.[1];
  return id === undefined ? null : Number(id);
}

/** The conversation that a command line leads to: systems start the app with the link as its last argument. */
export function conversationInArguments(argv: readonly string[]): number | null {
  return linkedConversation(argv.at(-1) ?? '');
}
