import { Tooltip } from '@base-ui/react/tooltip';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';

type Look = 'plain' | 'primary' | 'danger' | 'danger-quiet' | 'quiet';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly look?: Look;
  readonly size?: 'small';
  readonly icon?: LucideIcon;
  readonly children?: ReactNode;
}

export function Button({ look = 'plain', size, icon: Icon, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={className === undefined ? 'button' : `button ${className}`}
      data-look={look}
      data-size={size}
      {...rest}
    >
      {Icon !== undefined && <Icon size={size === 'small' ? 14 : 15} aria-hidden />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly icon: LucideIcon;
  /** What it does: read out, and shown on hover and focus. */
  readonly label: string;
}

export function IconButton({ icon: Icon, label, look = 'quiet', size, ...rest }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
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
