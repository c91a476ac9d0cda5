/** A few ways to show the same thing, one of them chosen. */
export function Choice<T extends string>({
  names,
  chosen,
  onChoose,
}: {
  /** In the order they stand: what each is called. */
  readonly names: Readonly<Record<T, string>>;
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}) {
  const values = Object.keys(names).filter((value): value is T => Object.hasOwn(names, value));
  return values.map((value) => (
    <button
      key={value}
      type="button"
      className="chip"
      aria-pressed={chosen === value}
      onClick={() => {
        onChoose(value);
      }}
    >
      {names[value]}
    </button>
  ));
}
