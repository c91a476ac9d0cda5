import { describe, expect, it } from 'vitest';
import { findSecrets, redactText } from '../../../../collector/pipeline/secrets/index.ts';
import { base36Crc, base62Crc } from '../../../../collector/pipeline/secrets/checksums.ts';
import { random, SAMPLES } from './samples.ts';

describe('token formats', () => {
  it('knows at least a hundred kinds by their own shape', () => {
    expect(new Set(SAMPLES.map((sample) => sample.kind)).size).toBeGreaterThanOrEqual(100);
  });

  it.each(SAMPLES.map((sample) => [sample.kind, sample.value] as const))(
    'finds and names %s',
    (kind, value) => {
      const text = `the value "${value}" was used`;
      const found = findSecrets(text);
      expect(found.map((match) => match.kind)).toEqual([kind]);
      expect(redactText(text)).toBe(`the value "[redacted:${kind}]" was used`);
    },
  );

  it('is sure of a GitHub token whose checksum holds, and doubts one whose does not', () => {
    const body = random('alnum', 30, 77);
    const good = `ghp_${body}${base62Crc(body)}`;
    const bad = `ghp_${body}AAAAAA`;
    expect(findSecrets(good)[0]?.confidence).toBe('high');
    expect(findSecrets(bad)[0]?.confidence).toBe('low');
  });

  it('checks the seven characters at the end of a routable GitLab token', () => {
    const head = ['glp', 'at-', random('alnum', 30, 5), '.01.', '1t'].join('');
    expect(findSecrets(head + base36Crc(head))[0]?.confidence).toBe('high');
    expect(findSecrets(`${head}0000000`)[0]?.confidence).toBe('low');
  });

  it('takes the secret half of an AWS pair with the id', () => {
    const secret = random('b64', 38, 3).replaceAll('+', 'a') + 'aB';
    const text = `${['AK', 'IA'].join('')}${random('upper', 16, 9)}, ${secret}`;
    expect(redactText(text)).toBe('[redacted:aws-access-key-id], [redacted:aws-secret-access-key]');
  });

  it('marks filler as a placeholder and hides it all the same', () => {
    const filler = ['gh', 'p_', 'x'.repeat(36)].join('');
    expect(findSecrets(filler)[0]?.placeholder).toBe(true);
    expect(redactText(filler)).toBe('[redacted:github-pat]');
    expect(findSecrets(['AK', 'IAIOSFODNN7', 'EXAMPLE'].join(''))[0]?.placeholder).toBe(true);
  });

  it('hides a private key whose end was cut off', () => {
    const cut = `-----BEGIN OPENSSH PRIVATE KEY-----\\n${random('b64', 70, 1)}\\n${random('b64', 40, 2)}`;
    expect(redactText(`cat <<E\n${cut}`)).toBe('cat <<E\n[redacted:private-key]');
  });
});
