import { ChevronDown, Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { DropDown } from './drop-down.tsx';

/** Text that narrows a list as it is typed; `/` goes there. */
export function SearchBox({
  value,
  onChange,
  label,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
}) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  return (
    <div className="search">
      <Search size={14} aria-hidden />
      <input
        className="input"
        type="search"
        data-find=""
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => {
            setKnown(target.value);
            onChange(target.value);
          }, 150);
        }}
      />
    </div>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly count?: number;
}

/** One of several; the first choice is usually "all". */
export function ChoiceMenu({
  label,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
}) {
  const current = choices.find((choice) => choice.value === value) ?? choices[0];
  return (
    <DropDown
      align="start"
      value={value}
      choices={choices}
      onChange={onChange}
      trigger={
        <button
          type="button"
          className="select"
          data-quiet={value === '' ? '' : undefined}
          aria-label={`${label}: ${current?.label ?? ''}`}
        >
          {current?.label ?? label}
          <ChevronDown size={14} aria-hidden />
        </button>
      }
    />
  );
}

/** Switched on and off one by one. */
export function Chips({
  label,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly value: readonly string[];
  readonly choices: readonly Choice[];
  readonly onChange: (value: readonly string[]) => void;
}) {
  return (
    <div className="chips" role="group" aria-label={label}>
      {choices.map((choice) => {
        const on = value.includes(choice.value);
        return (
          <button
            key={choice.value}
            type="button"
            className="chip"
            aria-pressed={on}
            onClick={() => {
              onChange(on ? value.filter((item) => item !== choice.value) : [...value, choice.value]);
            }}
          >
            {choice.label}
            {choice.count !== undefined && <span className="num">{choice.count}</span>}
          </button>
        );
      })}
    </div>
  );
}
