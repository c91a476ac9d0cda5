import { useMemo } from 'react';
import type { ApprovalItem } from '../../collector/contract/approval.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import { severityRank } from '../../collector/contract/severity.ts';
import { isAboutAsset, isAboutServer } from '../words/about.ts';
import { useCall } from './use-call.ts';

const SERIOUS = severityRank('high');

/** The worst open finding about an item, from high on; undefined when there is none. */
export function useDoubt(): (item: ApprovalItem) => Finding | undefined {
  const { data: findings } = useCall('findings.list', { status: 'open', limit: 1_000 });
  const { data: servers } = useCall('mcpServers.list', {});
  const { data: assets } = useCall('assets.list', {});
  return useMemo(() => {
    const serious = (findings ?? [])
      .filter(({ severity }) => severityRank(severity) >= SERIOUS)
      .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
    return (item) => {
      const server = servers?.find(({ id }) => id === item.id);
      if (server !== undefined) return serious.find((finding) => isAboutServer(finding, server));
      const asset = assets?.find(({ id }) => id === item.id);
      return asset === undefined ? undefined : serious.find((finding) => isAboutAsset(finding, asset));
    };
  }, [findings, servers, assets]);
}
