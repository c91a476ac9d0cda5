import type { PathPattern } from './pattern.ts';

/** Trust anchors, name resolution and raw devices. */
export const SYSTEM: readonly PathPattern[] = [
  {
    class: 'root-ca',
    root: [
      '/usr/local/share/ca-certificates/',
      '/etc/pki/ca-trust/',
      '/etc/ssl/certs/',
      '/etc/ca-certificates/',
      '/usr/share/ca-certificates/',
    ],
  },
  {
    class: 'hosts-file',
    root: ['/etc/hosts', '/private/etc/hosts', 'c:/windows/system32/drivers/etc/hosts', '/etc/resolv.conf'],
  },
  {
    class: 'device',
    root: [
      '/dev/sd',
      '/dev/nvme',
      '/dev/hd',
      '/dev/vd',
      '/dev/disk',
      '/dev/rdisk',
      '/dev/mmcblk',
      '/dev/mapper/',
      '/dev/loop',
      '//./physicaldrive',
    ],
  },
];
