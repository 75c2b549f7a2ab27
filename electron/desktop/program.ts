import { app } from 'electron';
import type { Program } from './diagnostics.ts';

/** The program that runs. */
export function thisProgram(): Program {
  return { name: app.getName(), version: app.getVersion(), systemVersion: process.getSystemVersion() };
}
