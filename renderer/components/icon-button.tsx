import { Tooltip } from '@base-ui/react/tooltip';
import type { LucideIcon } from 'lucide-react';
import type { ButtonProps } from './button.tsx';

const DELAY_MS = 400;

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly icon: LucideIcon;
  /** What it does: read out, and shown on hover and focus. */
  readonly label: string;
}

export function IconButton({ icon: Icon, label, look = 'quiet', size, ...rest }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        delay={DELAY_MS}
        render={
          <button
            type="button"
            className="button"
            data-look={look}
            data-size={size}
            data-only-icon=""
            aria-label={label}
            {...rest}
          >
            <Icon size={size === 'small' ? 14 : 16} aria-hidden />
          </button>
        }
      />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="positioner">
          <Tooltip.Popup className="tooltip">{label}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
