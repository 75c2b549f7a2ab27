/**
 * The one door to zod. Every schema in the house is built through this module, so that `jitless` is
 * set before the first one: the renderer's content security policy forbids `eval`.
 */
import { z } from 'zod';

z.config({ jitless: true });

export { z };
