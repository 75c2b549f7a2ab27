/** The inbox in some window, used as a person would: by roles and names. */
import type { Locator, Page } from 'playwright';
import { DEMO_PASSWORD } from './trainee-client.ts';

/** How far an own message has come, as the bubble says it. */
type DeliveryText = 'Sending' | 'Sent' | 'Read' | 'Not sent';

/** Exactly this text, or any text that begins with it, as a pattern for accessible names. */
export function nameBeginsWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`);
}

/** What can be done in a window, however its app was started. */
export abstract class InboxDriver {
  /** The window. */
  abstract get page(): Page;

  /** Fills in the sign-in screen and presses "Sign in"; what follows is the caller's to check. */
  async submitSignIn(server: string, email: string, password = DEMO_PASSWORD): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Server' }).fill(server);
    await this.page.getByRole('textbox', { name: 'Email' }).fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Signs in and waits for the inbox. */
  async signIn(server: string, email = 'trainer@demo.test'): Promise<void> {
    await this.submitSignIn(server, email);
    await this.conversationList().waitFor();
  }

  conversationList(): Locator {
    return this.page.getByRole('listbox', { name: 'Conversations' });
  }

  /** The row of one person in the conversation list. */
  conversation(name: string): Locator {
    return this.conversationList().getByRole('option', { name: nameBeginsWith(name) });
  }

  /** Opens a thread from the conversation list and waits for its composer. */
  async openThread(name: string): Promise<void> {
    await this.conversation(name).click();
    await this.composer(name).waitFor();
  }

  composer(name: string): Locator {
    return this.page.getByRole('textbox', { name: `Message ${name}`, exact: true });
  }

  /** The scrolling history of one thread. */
  thread(name: string): Locator {
    return this.page.getByRole('log', { name: `Messages with ${name}`, exact: true });
  }

  /** All bubbles of the thread that are in the document, in order. */
  bubbles(name: string): Locator {
    return this.thread(name).getByRole('listitem');
  }

  /** The bubbles with exactly this text. */
  bubble(name: string, text: string): Locator {
    return this.bubbles(name).filter({ has: this.page.getByText(text, { exact: true }) });
  }

  /** Types a message and presses Enter. */
  async write(name: string, text: string): Promise<void> {
    await this.composer(name).fill(text);
    await this.composer(name).press('Enter');
  }

  /** Waits until the bubble with this text says how far it has come. */
  async waitForDelivery(
    name: string,
    text: string,
    delivery: DeliveryText,
    timeoutMs?: number,
  ): Promise<void> {
    const mark = this.bubble(name, text).getByText(delivery, { exact: true });
    await mark.waitFor({ state: 'attached', ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }) });
  }

  /** The link of the navigation rail whose name begins so; its full name tells the unread count. */
  railLink(name: string): Locator {
    return this.page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: nameBeginsWith(name) });
  }

  /** The row of one person in the list of trainees, as something to click. */
  trainee(name: string): Locator {
    return this.page.getByRole('list', { name: 'Trainees' }).getByRole('button', { name, exact: true });
  }

  /**
   * Makes a call through the window's bridge, as a script in the window could.
   * @returns whatever the main process answered, or `{ thrown: reason }` when the bridge itself refused.
   */
  async call(name: unknown, input: unknown): Promise<unknown> {
    return this.page.evaluate(
      async ([callName, callInput]) => {
        const bridge: unknown = Reflect.get(window, 'trainerInbox');
        if (typeof bridge !== 'object' || bridge === null) throw new Error('The window has no bridge.');
        const invoke: unknown = Reflect.get(bridge, 'invoke');
        if (typeof invoke !== 'function') throw new Error('The bridge has no invoke.');
        try {
          return (await invoke(callName, callInput)) as unknown;
        } catch (error) {
          return { thrown: error instanceof Error ? error.message : String(error) };
        }
      },
      [name, input] as const,
    );
  }
}
