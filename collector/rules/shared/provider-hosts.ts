import { isHostOf } from './hosts.ts';

/** Hosts of issuers whose name is not in them. */
const OTHER_HOSTS: Readonly<Record<string, readonly string[]>> = {
  aws: ['amazonaws.com', 'aws.amazon.com', 'awsapps.com'],
  azure: ['windows.net', 'microsoftonline.com', 'microsoft.com', 'azurewebsites.net'],
  microsoft: ['windows.net', 'microsoftonline.com', 'office.com', 'live.com', 'azure.com'],
  atlassian: ['bitbucket.org', 'atlassian.net'],
  google: ['googleapis.com', 'google.com', 'firebaseio.com', 'run.app'],
  github: ['githubusercontent.com', 'ghcr.io', 'githubcopilot.com'],
  npm: ['npmjs.org', 'npmjs.com', 'yarnpkg.com'],
  pypi: ['pypi.org', 'pythonhosted.org'],
  docker: ['docker.io', 'docker.com'],
  meta: ['facebook.com', 'instagram.com', 'whatsapp.net'],
  slack: ['slack.com'],
  huggingface: ['hf.co'],
};

/** `true` when a secret of this issuer belongs in a request to this host. */
export function isOwnHost(provider: string, host: string): boolean {
  const name = provider.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (name.length > 2 && host.replace(/[^a-z0-9.]/g, '').includes(name)) return true;
  const others = Object.hasOwn(OTHER_HOSTS, name) ? OTHER_HOSTS[name] : undefined;
  return others?.some((domain) => isHostOf(host, domain)) === true;
}
