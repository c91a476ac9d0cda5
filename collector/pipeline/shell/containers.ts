import type { Word } from './state.ts';
import { firstOperand, valueAfter } from './unwrapped.ts';
import type { Unwrapped } from './unwrapped.ts';

const DOCKER_TAKES = new Set(
  '-e -u -w -v -p -l -m -h -a -c --env --env-file --user --workdir --volume --publish --name --network --net --entrypoint --label --label-file --memory --cpus --mount --device --cap-add --cap-drop --security-opt --hostname --add-host --dns --ip --link --log-driver --log-opt --pid --ipc --uts --userns --platform --pull --restart --runtime --shm-size --stop-signal --sysctl --tmpfs --ulimit --volumes-from --group-add --gpus --cgroup-parent --cidfile --detach-keys --expose --health-cmd --isolation --index --volume-driver --annotation -f --file --project-name --profile --project-directory'.split(
    ' ',
  ),
);

/** `docker run image words`, `docker exec container words`, the same below `compose` and `container`. */
export function unwrapDocker(words: readonly Word[]): Unwrapped | undefined {
  let verb = firstOperand(words, DOCKER_TAKES);
  if (verb < 0) return undefined;
  let name = words[verb]?.text;
  if (name === 'compose' || name === 'container') {
    verb = firstOperand(words, DOCKER_TAKES, verb + 1);
    name = words[verb]?.text;
  }
  if (verb < 0 || (name !== 'exec' && name !== 'run')) return undefined;
  const place = firstOperand(words, DOCKER_TAKES, verb + 1);
  if (place < 0 || (place + 1 >= words.length && !words.some((word) => word.text.startsWith('--entrypoint'))))
    return undefined;
  const entry = valueAfter(words.slice(0, place), '--entrypoint');
  return {
    kind: 'words',
    words: entry === undefined ? words.slice(place + 1) : [entry, ...words.slice(place + 1)],
    via: 'container',
    keep: true,
    elsewhere: true,
    where: words[place]?.text ?? '',
  };
}
