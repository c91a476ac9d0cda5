import { agentName } from '../words/names.ts';
import { useAgentNames } from '../hooks/machine.tsx';

/** Two letters on a quiet colour, the same wherever the agent is named. No vendor's logo. */
export function AgentMark({ id }: { readonly id: string }) {
  return (
    <span className="mark" data-hue={(hash(id) % 7) + 1} aria-hidden>
      {letters(id)}
    </span>
  );
}

export function AgentLabel({ id }: { readonly id: string }) {
  const names = useAgentNames();
  const name = agentName(id, names);
  return (
    <span className="line tight" title={name}>
      <AgentMark id={id} />
      <span className="cut">{name}</span>
    </span>
  );
}

/** Where two agents would have the same letters, or where others say more. */
const LETTERS: Readonly<Record<string, string>> = {
  'claude-code': 'CC',
  'claude-desktop': 'CD',
  codex: 'CX',
  'copilot-cli': 'GH',
  cursor: 'CU',
  'cursor-cli': 'CU',
  continue: 'CN',
  cline: 'CL',
  'vscode-copilot': 'VS',
};

function letters(id: string): string {
  const known = LETTERS[id];
  if (known !== undefined) return known;
  const words = id.split(/[^a-z0-9]+/i).filter((word) => word !== '');
  const [first = '?', second] = words;
  return (second === undefined ? first.slice(0, 2) : first.charAt(0) + second.charAt(0)).toUpperCase();
}

function hash(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) >>> 0;
  return sum;
}
