import { field, itemsAt, pointer, textAt } from '../agents/shared/document.ts';
import { parseIni } from './principals-ini.ts';
import {
  hostOf,
  known,
  placeOn,
  type PrincipalDraft,
  type PrincipalFile,
  type PrincipalHome,
  type PrincipalSource,
} from './principals-source.ts';

const GCLOUD = {
  linux: '{CLOUDSDK_CONFIG|~/.config/gcloud}',
  darwin: '{CLOUDSDK_CONFIG|~/.config/gcloud}',
  win32: '{CLOUDSDK_CONFIG|{APPDATA|~/AppData/Roaming}/gcloud}',
} as const;

/** Google Cloud SDK, 2026-11: `active_config`, `configurations/config_<name>`, application default credentials. */
export const GOOGLE_CLOUD: PrincipalSource = {
  id: 'gcloud',
  read(home) {
    const folder = placeOn(home, GCLOUD);
    const active = home.read(`${folder}/active_config`)[0]?.text.trim() ?? 'default';
    const configurations = home.read(`${folder}/configurations/config_*`).map((file): PrincipalDraft => {
      const name = file.path.slice(file.path.lastIndexOf('config_') + 'config_'.length);
      const sections = parseIni(file.text);
      const get = (section: string, key: string): string | undefined =>
        sections.find((found) => found.name === section)?.values.get(key);
      const impersonated = get('auth', 'impersonate_service_account');
      return {
        kind: 'gcloud-configuration',
        name,
        ...known('account', get('core', 'project')),
        ...known('user', impersonated ?? get('core', 'account')),
        ...known('region', get('compute', 'region')),
        ...known('via', impersonated === undefined ? undefined : get('core', 'account')),
        isDefault: name === active,
        proof: 'token-in-file',
        source: { path: file.path },
      };
    });
    return [...configurations, ...applicationDefault(home, `${folder}/application_default_credentials.json`)];
  },
};

function applicationDefault(home: PrincipalHome, pattern: string): readonly PrincipalDraft[] {
  return home.read(pattern).flatMap((file): PrincipalDraft[] => {
    const document = home.parse(file, 'json');
    const type = textAt(document, 'type');
    if (type === undefined) return [];
    const impersonated = /serviceAccounts\/([^/:]{1,200}):/.exec(
      textAt(document, 'service_account_impersonation_url') ?? '',
    )?.[1];
    return [
      {
        kind: 'gcloud-adc',
        name: 'application default credentials',
        ...known('account', textAt(document, 'quota_project_id') ?? textAt(document, 'project_id')),
        ...known('user', impersonated ?? textAt(document, 'client_email') ?? textAt(document, 'account')),
        ...known('scope', type),
        isDefault: true,
        proof: type === 'service_account' ? 'static-key' : 'token-in-file',
        source: { path: file.path },
      },
    ];
  });
}

const MAX_SUBSCRIPTIONS = 500;

/** Azure CLI, 2026-11: `azureProfile.json`, which may start with a byte order mark. */
export const AZURE: PrincipalSource = {
  id: 'azure',
  read(home) {
    return home.read('{AZURE_CONFIG_DIR|~/.azure}/azureProfile.json').flatMap((file) => {
      const subscriptions = itemsAt(home.parse(file, 'json'), 'subscriptions').slice(0, MAX_SUBSCRIPTIONS);
      return subscriptions.flatMap((subscription, index): PrincipalDraft[] => {
        const id = textAt(subscription, 'id');
        if (id === undefined) return [];
        return [
          {
            kind: 'azure-subscription',
            name: textAt(subscription, 'name') ?? id,
            account: id,
            ...known('user', textAt(subscription, 'user', 'name')),
            ...known('role', textAt(subscription, 'user', 'type')),
            ...known('scope', textAt(subscription, 'tenantId')),
            ...known('host', textAt(subscription, 'environmentName')),
            isDefault: field(subscription, 'isDefault') === true,
            proof: 'token-in-file',
            source: { path: file.path, pointer: pointer('subscriptions', index) },
          },
        ];
      });
    });
  },
};

const MAX_CONTEXTS = 1_000;

/** Kubernetes client configuration v1: contexts with their cluster's server; `users` are not looked at. */
export const KUBERNETES: PrincipalSource = {
  id: 'kubernetes',
  read(home) {
    let current: string | undefined;
    const files = kubeconfigs(home);
    const seen = new Set<string>();
    return files.flatMap((file) => {
      const document = home.parse(file, 'yaml');
      // Of several files the first one that names a context, or the current one, wins.
      current ??= textAt(document, 'current-context');
      const servers = new Map(
        itemsAt(document, 'clusters')
          .slice(0, MAX_CONTEXTS)
          .map((cluster) => [textAt(cluster, 'name'), textAt(cluster, 'cluster', 'server')]),
      );
      return itemsAt(document, 'contexts')
        .slice(0, MAX_CONTEXTS)
        .flatMap((context, index): PrincipalDraft[] => {
          const name = textAt(context, 'name');
          if (name === undefined || seen.has(name)) return [];
          seen.add(name);
          const cluster = textAt(context, 'context', 'cluster');
          return [
            {
              kind: 'kube-context',
              name,
              ...known('account', cluster),
              ...known('user', textAt(context, 'context', 'user')),
              ...known('host', hostOf(servers.get(cluster))),
              ...known('scope', textAt(context, 'context', 'namespace')),
              isDefault: name === current,
              source: { path: file.path, pointer: pointer('contexts', index) },
            },
          ];
        });
    });
  },
};

/** `KUBECONFIG` is a list, with the system's separator. */
function kubeconfigs(home: PrincipalHome): readonly PrincipalFile[] {
  const listed = home.context.env['KUBECONFIG'];
  if (listed === undefined || listed === '') return home.read('~/.kube/config');
  const paths = listed.split(home.context.platform === 'win32' ? ';' : ':').filter((path) => path !== '');
  return paths.slice(0, 20).flatMap((path) => home.readAt(path));
}
