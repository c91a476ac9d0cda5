import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';

/** The technical detail, one step away. What is inside is only built when it is opened. */
export function More({
  title,
  open = false,
  children,
}: {
  readonly title: ReactNode;
  readonly open?: boolean;
  readonly children: ReactNode;
}) {
  const [shown, setShown] = useState(open);
  return (
    <details
      className="more"
      open={shown}
      onToggle={(event) => {
        setShown(event.currentTarget.open);
      }}
    >
      <summary>
        <ChevronRight size={14} aria-hidden />
        {title}
      </summary>
      <div>{shown && children}</div>
    </details>
  );
}
