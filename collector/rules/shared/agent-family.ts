/** Products that share settings and sign-in: what one of them does to the other's files is its own business. */
const FAMILIES: Readonly<Record<string, string>> = {
  'claude-code': 'claude',
  'claude-desktop': 'claude',
  'copilot-cli': 'copilot',
  'vscode-copilot': 'copilot',
};

/** `true` when two agent ids belong to the same maker's product. */
export function isSameAgent(a: string, b: string): boolean {
  return familyOf(a) === familyOf(b);
}

function familyOf(id: string): string {
  return Object.hasOwn(FAMILIES, id) ? (FAMILIES[id] ?? id) : id;
}

/** Words a person uses for an agent. */
export function agentWords(id: string | undefined): readonly string[] {
  return id === undefined
    ? []
    : [id, ...id.split('-').filter((word) => !/^(?:cli|code|desktop|vscode)$/.test(word))];
}
