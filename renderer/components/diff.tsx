/** A unified diff; lines taken away and put in are told by sign and colour. */
export function Diff({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <pre className="diff" tabIndex={0} role="region" aria-label={label}>
      {text.split('\n').map((line, index) => (
        <span key={index} data-sign={signOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

function signOf(line: string): string | undefined {
  if (line.startsWith('+++') || line.startsWith('---') || line.startsWith('@@')) return 'head';
  if (line.startsWith('+')) return 'in';
  return line.startsWith('-') ? 'out' : undefined;
}
