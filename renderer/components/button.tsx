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
