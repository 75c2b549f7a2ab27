import { memo } from 'react';
import { openLink } from '../data/commands.ts';
import { errorText } from '../error-text.ts';
import { showToast } from '../ui/toasts.tsx';
import { useWords } from '../words.ts';
import { textParts, type TextPart } from './message-links.ts';

interface LinkProps {
  readonly link: string;
  readonly part: TextPart;
}

function MessageLink({ link, part: { text, host } }: LinkProps) {
  const { say } = useWords();
  const open = async (): Promise<void> => {
    const problem = await openLink(link);
    if (problem !== null) showToast(errorText(problem, say));
  };
  return (
    <a
      href={link}
      title={say('chat.opensHost', { host })}
      draggable={false}
      onClick={(event) => {
        event.preventDefault();
        void open();
      }}
      dir="ltr"
      className="underline underline-offset-2 hover:decoration-2"
    >
      {text}
    </a>
  );
}

/** The text of a message, with its links; everything else in it is text and nothing but text. */
export const MessageText = memo(function MessageText({ content }: { readonly content: string }) {
  let at = 0;
  return textParts(content).map((part) => {
    const key = at;
    at += part.text.length;
    return part.link === null ? part.text : <MessageLink key={key} link={part.link} part={part} />;
  });
});
