import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { Opener, type Trigger } from './opener.tsx';

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly count?: number;
}

/** A button with a menu under it. */
export function DropDown({
  trigger,
  align,
  sideOffset = 4,
  ...menu
}: {
  readonly trigger: Trigger;
  readonly align: 'start' | 'end';
  readonly sideOffset?: number;
} & (
  | {
      readonly value: string;
      readonly choices: readonly Choice[];
      readonly onChange: (value: string) => void;
    }
  | { readonly acts: readonly (readonly [label: string, run: () => void])[] }
)) {
  return (
    <Opener trigger={trigger} opens="menu">
      {({ Menu }, button): ReactNode => (
        <Menu.Root>
          <Menu.Trigger render={button} />
          <Menu.Portal>
            <Menu.Positioner sideOffset={sideOffset} align={align} className="positioner">
              <Menu.Popup className="menu-pop">
                {'acts' in menu ? (
                  menu.acts.map(([label, run]) => (
                    <Menu.Item key={label} className="menu-item" onClick={run}>
                      {label}
                    </Menu.Item>
                  ))
                ) : (
                  <Menu.RadioGroup
                    value={menu.value}
                    onValueChange={(next: unknown) => {
                      menu.onChange(String(next));
                    }}
                  >
                    {menu.choices.map((choice) => (
                      <Menu.RadioItem
                        key={choice.value}
                        value={choice.value}
                        className="menu-item"
                        closeOnClick
                      >
                        <span className="check">
                          <Menu.RadioItemIndicator>
                            <Check size={14} aria-hidden />
                          </Menu.RadioItemIndicator>
                        </span>
                        {choice.label}
                        {choice.count !== undefined && <span className="hint num">{choice.count}</span>}
                      </Menu.RadioItem>
                    ))}
                  </Menu.RadioGroup>
                )}
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      )}
    </Opener>
  );
}
