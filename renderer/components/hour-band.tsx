import { scaleLinear } from '@visx/scale';
import { AreaStack, LinePath } from '@visx/shape';
import type { BaselineEntry } from '../../collector/contract/baseline.ts';
import { plural } from '../words/number.ts';

const WIDTH = 480;
const HEIGHT = 96;
const BOTTOM = 16;

type Hours = BaselineEntry['volume']['hours'];

/** What is usual in each hour as a band, and today as a line over it. The numbers are in a table for those who hear it. */
export function HourBand({ hours }: { readonly hours: Hours }) {
  const most = Math.max(1, ...hours.map((hour) => Math.max(hour.high, hour.today)));
  const x = scaleLinear({ domain: [0, 23], range: [0, WIDTH] });
  const y = scaleLinear({ domain: [0, most], range: [HEIGHT - BOTTOM, 4] });
  const thisHour = hours.findLast((hour) => hour.today > 0)?.hour ?? -1;
  return (
    <figure className="hour-band">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden preserveAspectRatio="none">
        <AreaStack
          data={[...hours]}
          keys={['low', 'band']}
          x={(point) => x(point.data.hour)}
          y0={(point) => y(point[0])}
          y1={(point) => y(point[1])}
          value={(hour, key) => (key === 'low' ? hour.low : Math.max(0, hour.high - hour.low))}
        >
          {({ stacks, path }) =>
            stacks.map((stack) =>
              stack.key === 'low' ? null : (
                <path key={stack.key} d={path(stack) ?? ''} className="band-usual" />
              ),
            )
          }
        </AreaStack>
        <LinePath
          data={[...hours]}
          x={(hour) => x(hour.hour)}
          y={(hour) => y(hour.usual)}
          className="band-middle"
        />
        <LinePath
          data={hours.filter((hour) => hour.hour <= thisHour)}
          x={(hour) => x(hour.hour)}
          y={(hour) => y(hour.today)}
          className="band-today"
        />
      </svg>
      <div className="strip-hours muted" aria-hidden>
        <span>0 h</span>
        <span>6 h</span>
        <span>12 h</span>
        <span>18 h</span>
        <span>24 h</span>
      </div>
      <figcaption className="muted small">
        <span className="key-band" aria-hidden /> usual <span className="key-today" aria-hidden /> today (
        {plural(
          hours.reduce((sum, hour) => sum + hour.today, 0),
          'call',
        )}
        )
      </figcaption>
      <div className="unseen">
        <table>
          <caption>Calls per hour: usual and today</caption>
          <tbody>
            {hours.map((hour) => (
              <tr key={hour.hour}>
                <th scope="row">{hour.hour} h</th>
                <td>usual {Math.round(hour.usual)}</td>
                <td>today {hour.today}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
