import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { toJson } from '../words/export.ts';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';

/** Puts text on the clipboard and says so for a moment. */
export function useCopy(): readonly [copied: boolean, copy: (text: string) => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => {
      setCopied(false);
    }, 1_500);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  const copy = (text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true);
      },
      () => {
        setCopied(false);
      },
    );
  };
  return [copied, copy];
}

export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [copied, copy] = useCopy();
  return (
    <IconButton
      icon={copied ? Check : Copy}
      label={copied ? 'Copied' : label}
      size="small"
      onClick={() => {
        copy(text);
      }}
    />
  );
}

export function CopyJson({ value }: { readonly value: unknown }) {
  const [copied, copy] = useCopy();
  return (
    <Button
      size="small"
      look="quiet"
      icon={copied ? Check : Copy}
      aria-label={copied ? 'Copied' : 'Copy as JSON'}
      onClick={() => {
        copy(toJson(value));
      }}
    >
      <span>{copied ? 'Copied' : 'Copy as JSON'}</span>
    </Button>
  );
}

/** Text as it is, in a box that scrolls, with a button that copies it. */
export function Raw({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className="raw">
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
