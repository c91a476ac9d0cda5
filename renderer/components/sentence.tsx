import type { StoredEvent } from '../../collector/contract/stored.ts';
import { useHome } from '../hooks/machine.tsx';
import { eventSentence } from '../words/event-sentence.ts';
import { shortPath } from '../words/path.ts';

/** What an event was, in words; commands and paths in their own type. */
export function Sentence({ event, max = 90 }: { readonly event: StoredEvent; readonly max?: number }) {
  const home = useHome();
  return eventSentence(event).map((part, index) => {
    switch (part.kind) {
      case 'text':
        return <span key={index}>{part.text}</span>;
      case 'code':
        return <code key={index}>{part.text}</code>;
      case 'path':
        return (
          <code key={index} title={part.text}>
            {shortPath(part.text, max, home)}
          </code>
        );
      case 'name':
        return <strong key={index}>{part.text}</strong>;
    }
  });
}
