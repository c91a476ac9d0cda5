import { links } from '../links.ts';
import { AgentLabel } from './agent-mark.tsx';

/** The agents that something extends, each a link to it. */
export function UsedBy({ agentIds }: { readonly agentIds: readonly string[] }) {
  return (
    <section>
      <h3>Used by</h3>
      <ul className="plain-list">
        {agentIds.map((agent) => (
          <li key={agent}>
            <a href={links.agent(agent)}>
              <AgentLabel id={agent} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
