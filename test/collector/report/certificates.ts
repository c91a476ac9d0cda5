import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

interface Authority extends Issued {
  readonly privateKey: KeyObject;
  readonly name: string;
}

/** ASN.1 object identifiers, DER-encoded. */
const OID = {
  ecdsaWithSha256: '06082a8648ce3d040302',
  commonName: '0603550403',
  basicConstraints: '0603551d13',
  subjectAltName: '0603551d11',
};

function der(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)),
  );
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: readonly (Buffer | string)[]) => der(0x30, ...parts);
const nameOf = (name: string) => sequence(der(0x31, sequence(OID.commonName, der(0x0c, Buffer.from(name)))));

function issue(name: string, extension: Buffer, issuer?: Authority): Authority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(OID.ecdsaWithSha256);
  const body = sequence(
    der(0xa0, der(0x02, '02')),
    der(0x02, issuer === undefined ? '01' : '02'),
    algorithm,
    nameOf(issuer?.name ?? name),
    sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z'))),
    nameOf(name),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = sign('sha256', body, issuer?.privateKey ?? pair.privateKey);
  const bytes = sequence(body, algorithm, der(0x03, '00', signature));
  const lines = bytes.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey: pair.privateKey,
    name,
  };
}

/** A certificate authority of this run, and certificates of it for 127.0.0.1 and for a client. */
export function createCertificates(): {
  authority: Issued;
  server: Issued;
  client: Issued;
  /** For a server of this name. */
  named: (host: string) => Issued;
} {
  const isAuthority = sequence(OID.basicConstraints, '0101ff', der(0x04, sequence('0101ff')));
  const isLoopback = sequence(OID.subjectAltName, der(0x04, sequence(der(0x87, '7f000001'))));
  const authority = issue('Test authority', isAuthority);
  return {
    authority,
    server: issue('Test server', isLoopback, authority),
    client: issue('Test client', isLoopback, authority),
    named: (host) =>
      issue(
        'Test name',
        sequence(OID.subjectAltName, der(0x04, sequence(der(0x82, Buffer.from(host))))),
        authority,
      ),
  };
}
