/** Who the app is to the system. The installers say the same; a test compares them. */

/** Application user model id on Windows, bundle id on macOS. */
export const APP_ID = 'com.trainerinbox.app';
/** Name of the `.desktop` file on Linux without its ending, and of the icon in its theme. */
export const DESKTOP_ENTRY = 'trainer-inbox';
