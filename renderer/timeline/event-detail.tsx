import type { StoredEvent } from '../../collector/contract/stored.ts';
import { CopyButton, CopyJson, Raw } from '../components/copy.tsx';
import { More } from '../components/more.tsx';
import { Facts } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { useCall } from '../hooks/use-call.ts';
import { links } from '../links.ts';
import { field, outcomeWords, plainSentence } from '../words/event-sentence.ts';
import { toJson } from '../words/export.ts';
import { ACCESS_WORDS } from '../words/names.ts';
import { bytes } from '../words/number.ts';
import { exactTime } from '../words/time.ts';

const MAX_RESOURCES = 40;

/** What the event meant, in parts; then the record itself. */
export function EventDetail({ event }: { readonly event: StoredEvent }) {
  const { data } = useCall('events.get', { id: event.id });
  const result = data?.result;
  const programs = event.input?.['programs'];
  const size = event.input?.['contentBytes'];
  return (
    <div className="event-detail">
      {longText(event)}
      <Facts
        items={[
          ['Programs', isTexts(programs) ? <Codes key="p" texts={programs} /> : undefined],
          [
            'Touches',
            event.resources.length === 0 ? undefined : (
              <ul key="t" className="touches">
                {event.resources.slice(0, MAX_RESOURCES).map((resource) => (
                  <li key={`${resource.kind}${resource.access}${resource.value}`}>
                    <span className="muted">
                      {resource.kind} {ACCESS_WORDS[resource.access]}
                    </span>{' '}
                    <PathText path={resource.value} max={80} />
                  </li>
                ))}
                {event.resources.length > MAX_RESOURCES && (
                  <li className="muted">
                    and {event.resources.length - MAX_RESOURCES} more, in the record below
                  </li>
                )}
              </ul>
            ),
          ],
          ['Folder', folderOf(event)],
          ['Written', typeof size === 'number' ? bytes(size) : undefined],
          ['Ended', result === undefined ? undefined : outcomeWords(result.outcome)],
          [
            'Came back',
            result?.outcome?.sizeBytes === undefined
              ? undefined
              : `${bytes(result.outcome.sizeBytes)}, not kept`,
          ],
          ['Time', exactTime(event.timeMs)],
          [
            'Read from',
            <span key="s">
              <PathText path={event.source.path} max={64} />{' '}
              <span className="muted">at byte {event.source.offsetBytes}</span>
            </span>,
          ],
        ]}
      />
      <div className="line">
        <More title="The whole record">
          <Raw
            text={toJson(result === undefined ? event : { call: event, result })}
            label={plainSentence(event)}
          />
        </More>
        <CopyJson value={event} />
        <a
          className="button"
          data-look="quiet"
          data-size="small"
          href={links.event(event.sessionId, event.id)}
        >
          Link to this event
        </a>
      </div>
    </div>
  );
}

function folderOf(event: StoredEvent) {
  const cwd = field(event, 'cwd');
  return cwd === undefined ? undefined : <PathText path={cwd} max={80} />;
}

/** What the row had to cut: the whole command or text. */
function longText(event: StoredEvent) {
  const text = field(event, 'command') ?? field(event, 'text');
  if (text === undefined || (text.length < 100 && !text.includes('\n'))) return null;
  return <Raw text={text} label="In full" />;
}

function Codes({ texts }: { readonly texts: readonly string[] }) {
  return (
    <span className="line">
      {texts.map((text) => (
        <code key={text} className="code-inline">
          {text}
        </code>
      ))}
      <CopyButton text={texts.join(' ')} label="Copy" />
    </span>
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}
