import { useNavigate, useParams } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { Facts } from '../components/page.tsx';
import { Payload } from '../components/payload.tsx';
import { Sheet } from '../components/sheet.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { useCall } from '../hooks/use-call.ts';
import { bytes } from '../words/number.ts';
import { exactTime } from '../words/time.ts';

/** One record as it left, to the letter. */
export function SentSheet() {
  const { id = '' } = useParams({ strict: false });
  const navigate = useNavigate();
  const query = useCall('sent.get', { id: Number(id) }, { enabled: /^\d+$/.test(id) });
  return (
    <Sheet
      title={query.data?.name ?? 'Record'}
      above="Sent record"
      onClose={() => void navigate({ to: '/sent' })}
    >
      {query.data === null ? (
        <Empty icon={Send} title="This record is not kept any more">
          Only the latest records are kept to be shown.
        </Empty>
      ) : (
        <Answer query={query}>
          {(record) => (
            <div className="story">
              <section>
                <Facts
                  items={[
                    ['Sent', exactTime(record.timeMs)],
                    ['To', <code key="e">{record.endpoint}</code>],
                    [
                      'Receiver',
                      record.reason === undefined ? record.status : `${record.status}: ${record.reason}`,
                    ],
                    ['Mode', record.mode],
                    ['Size', bytes(record.bytes)],
                    [
                      'Id',
                      <code key="u" className="wrap">
                        {record.uid}
                      </code>,
                    ],
                  ]}
                />
              </section>
              <section>
                <h3>What left</h3>
                <Payload payload={record.payload} label="What left" />
              </section>
            </div>
          )}
        </Answer>
      )}
    </Sheet>
  );
}
