/** What the app says in English when something is wrong: the part of the catalogue `en` that is about trouble. */
export const enProblems = {
  /** A sentence for each code of `ClientError`. */
  errors: {
    invalid_input: 'This could not be accepted.',
    blank_message: 'A message needs some text.',
    message_too_long: 'A message can have at most 2,000 characters.',
    message_not_sendable: 'The message contains a character that cannot be sent.',
    message_damaged: 'This message was damaged on this computer. Please check it before you send it again.',
    incomplete_sign_in: 'Please fill in the server, your email and your password.',
    not_signed_in: 'Please sign in first.',
    invalid_server: 'This is not a server address.',
    insecure_server: 'The address must begin with https://, so that nobody on the way can read the messages.',
    unreachable: 'The server cannot be reached. Please check the address and the network.',
    timeout: 'The server did not answer in time.',
    certificate: "The server's certificate cannot be trusted, so nothing was sent.",
    proxy_refused: "The network's proxy did not let the app through. Please ask whoever runs the network.",
    not_messaging_server: 'The address does not belong to a messaging server.',
    another_server: 'Another server answers at this address now. Unsent messages are kept for the old one.',
    server_restored: 'The server was restored from a backup. The message is sent again.',
    invalid_credentials: 'The e-mail address or the password is not right.',
    session_ended: 'Your session has ended. Please sign in again.',
    rate_limited: 'There were too many requests. The app waits before it goes on.',
    forbidden: 'You are not allowed to do this.',
    impersonation_read_only: 'You are looking through another account: you can only read.',
    conversation_archived: 'This conversation has ended, so the message was not sent.',
    not_found: 'This is not there any more.',
    idempotency_mismatch: 'This message was sent before with another text.',
    server_error: 'The server has a problem. Please try again later.',
    storage_full: 'The disk is full. Messages cannot be saved until there is space again.',
    storage_failed: 'This computer could not save or read the messages.',
    storage_repaired: 'The messages on this computer were damaged and have been repaired.',
    update_required:
      'Update required: a newer version of Trainer Inbox wrote the messages on this computer. Please update the app.',
    demo_failed: 'The demo could not be started on this computer.',
    link_not_opened: 'This link could not be opened.',
    unexpected: 'Something went wrong inside the app. Please try again.',
    password_too_short: 'A password needs at least 10 characters.',
    file_not_saved: 'The file could not be written there. Please choose another place.',
  },
  repairs: {
    outboxLost:
      'The file with your unsent messages was damaged, and none could be read. The damaged file was kept.',
    outboxSaved_one:
      'The file with your unsent messages was damaged. {{count}} message was saved; others may be missing. The damaged file was kept.',
    outboxSaved:
      'The file with your unsent messages was damaged. {{count}} messages were saved; others may be missing. The damaged file was kept.',
    cache: 'The messages kept on this computer were damaged. They are loaded again from the server.',
  },
  safeStart: {
    title: 'Trainer Inbox did not start properly several times',
    text: 'A safe start shows the messages on this computer without connecting to the server. Nothing is lost: what you write is kept and sent after the next normal start.',
    safe: 'Start safely',
    normal: 'Start normally',
    copy: 'Copy diagnostics',
    banner: 'Safe start: not connected. What you write is sent after a normal start.',
  },
  trouble: {
    title: 'The window stopped working',
    text: 'It was started again several times without success. Messages that you sent are safe, and the app still receives new ones.',
    restart: 'Restart Trainer Inbox',
  },
  run: {
    failed:
      'Something went wrong inside the app. If it behaves strangely, restart it; nothing that you sent is lost.',
    restart: 'Restart',
    screenFailed: 'This screen could not be shown.',
    showAgain: 'Show the inbox again',
  },
  dialogs: {
    cannotStart: 'Trainer Inbox cannot start',
    partMissing: 'A part of the app is missing or damaged ({{kind}}).',
  },
} as const;
