import type { PathPattern } from './pattern.ts';

/** Keys, accounts and memory of this machine. */
export const MACHINE_ACCESS: readonly PathPattern[] = [
  {
    class: 'authorized-keys',
    names: ['authorized_keys', 'authorized_keys2', 'administrators_authorized_keys'],
  },
  {
    class: 'ssh-config',
    home: ['.ssh/config', '.ssh/known_hosts', '.ssh/environment'],
    names: ['ssh_config', 'known_hosts', 'ssh_known_hosts'],
  },
  {
    class: 'ssh-key',
    home: ['.ssh/'],
    starts: ['id_rsa', 'id_ed25519', 'id_ecdsa', 'id_dsa', 'ssh_host_'],
    ends: ['.ppk'],
    notEnds: ['.pub', '.pub.bak'],
  },
  { class: 'sshd-config', root: ['/etc/ssh/', '/private/etc/ssh/', 'c:/programdata/ssh/'] },
  {
    class: 'sudoers',
    root: [
      '/etc/passwd',
      '/etc/group',
      '/etc/sudoers',
      '/private/etc/sudoers',
      '/etc/doas.conf',
      '/etc/polkit-1/',
      '/etc/pam.d/',
    ],
  },
  {
    class: 'os-credential',
    root: [
      '/etc/shadow',
      '/etc/gshadow',
      '/etc/master.passwd',
      '/private/etc/master.passwd',
      '/var/db/dslocal/',
      '/private/var/db/dslocal/',
      'c:/windows/system32/config/sam',
      'c:/windows/system32/config/security',
      'c:/windows/ntds/',
      '/etc/krb5.keytab',
      '/var/lib/sss/',
    ],
    parts: [
      '/appdata/roaming/microsoft/protect/',
      '/appdata/local/microsoft/credentials/',
      '/appdata/roaming/microsoft/credentials/',
      '/appdata/local/microsoft/vault/',
    ],
    names: ['lsass.dmp', 'ntds.dit'],
    starts: ['krb5cc_'],
  },
  {
    class: 'process-memory',
    root: ['/proc/kcore', '/dev/mem', '/dev/kmem'],
    ends: ['/environ', '/mem', '/maps', '/auxv'],
    within: ['/proc/', '/dev/mem', '/dev/kmem'],
  },
  {
    class: 'container-socket',
    ends: ['/docker.sock', '/podman.sock', '/containerd.sock', '/crio.sock', '/docker_engine'],
  },
  {
    class: 'keychain',
    home: ['library/keychains/', '.local/share/keyrings/', '.local/share/kwalletd/', '.gnome2/keyrings/'],
    root: ['/library/keychains/'],
    ends: ['.keychain', '.keychain-db'],
  },
  {
    class: 'gpg-key',
    home: ['.gnupg/', 'appdata/roaming/gnupg/'],
    names: ['secring.gpg'],
    notEnds: ['.gnupg/gpg.conf', '.gnupg/gpg-agent.conf', '/pubring.kbx'],
  },
];
