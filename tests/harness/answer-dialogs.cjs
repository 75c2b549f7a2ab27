/**
 * Loaded into Electron before the app: answers the system's dialogs as the person in `DIALOG_ANSWERS` does, one button
 * number after the other, and keeps what was asked. Who answers nothing lets the dialog stand.
 */
'use strict';
const { dialog } = require('electron');

const answers = (process.env.DIALOG_ANSWERS ?? '').split(',').filter((answer) => answer !== '');

/** @type {unknown[]} */
const asked = [];
Reflect.set(globalThis, 'askedDialogs', asked);
dialog.showMessageBox = (options) => {
  asked.push(options);
  const answer = answers.shift();
  return answer === undefined ? new Promise(() => {}) : Promise.resolve({ response: Number(answer) });
};
