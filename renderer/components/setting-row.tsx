import { Switch } from '@base-ui/react/switch';
import { Lock, RotateCcw } from 'lucide-react';
import { useId, useState } from 'react';
import type { Setting } from '../../collector/contract/setting.ts';
import { useChange } from '../hooks/use-call.ts';
import { editText, parseSetting, settingName, settingText } from '../words/setting.ts';
import { count } from '../words/number.ts';
import { MODE_WORDS } from '../words/sending.ts';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { ChoiceMenu } from './filters.tsx';
import { say } from './toast.tsx';

/** One setting: what it does, its value, who set it; changed in place. */
export function SettingRow({ setting, readOnly }: { readonly setting: Setting; readonly readOnly: boolean }) {
  const { name, words, quantity } = settingName(setting.key);
  const change = useChange('settings.set', ['settings.get', 'audit.list', 'sent.stats', 'overview.get']);
  const label = useId();
  const set = (value: unknown): void => {
    change.mutate(
      { key: setting.key, value },
      {
        onSuccess: ({ status, detail }) => {
          say(
            status === 'done' ? `${name} changed` : `${name} was not changed`,
            detail,
            status === 'done' ? 'ok' : 'critical',
          );
        },
        onError: (error) => {
          say(`${name} was not changed`, error.message, 'critical');
        },
      },
    );
  };
  const disabled = setting.locked || readOnly || change.isPending;
  return (
    <li className="setting" id={setting.key} title={setting.key}>
      <div className="grow">
        <p className="line">
          <span className="strong" id={label}>
            {name}
          </span>
          {setting.pending && (
            <span
              className="badge"
              data-severity="low"
              title="The collector that runs now uses the value before: stop it and start it again, `reeve stop` and `reeve run`"
            >
              waits for a restart
            </span>
          )}
        </p>
        <p className="muted prose">{words ?? setting.description}</p>
        {(setting.locked || setting.source === 'user') && (
          <p className="muted small line">
            {setting.locked ? (
              <>
                <Lock size={12} aria-hidden /> Set by your company
                {setting.setBy === undefined ? '' : `, ${setting.setBy}`}
              </>
            ) : (
              `You set this. The default is ${settingText(setting.defaultValue, quantity)}.`
            )}
          </p>
        )}
      </div>
      <div className="setting-value">
        <Control setting={setting} labelId={label} disabled={disabled} onSet={set} />
        {setting.source === 'user' && !disabled && (
          <IconButton
            icon={RotateCcw}
            size="small"
            label={`Default: ${settingText(setting.defaultValue, quantity)}`}
            onClick={() => {
              set(null);
            }}
          />
        )}
      </div>
    </li>
  );
}

function Control({
  setting,
  labelId,
  disabled,
  onSet,
}: {
  readonly setting: Setting;
  readonly labelId: string;
  readonly disabled: boolean;
  readonly onSet: (value: unknown) => void;
}) {
  if (setting.type === 'boolean')
    return (
      <Switch.Root
        className="switch"
        aria-labelledby={labelId}
        checked={setting.value === true}
        disabled={disabled}
        onCheckedChange={(checked) => {
          onSet(checked);
        }}
      >
        <Switch.Thumb className="switch-thumb" />
      </Switch.Root>
    );
  if (setting.type === 'choice' && !disabled)
    return (
      <ChoiceMenu
        label={settingName(setting.key).name}
        value={settingText(setting.value)}
        choices={(setting.choices ?? []).map((value) => ({ value, label: choiceWords(value) }))}
        onChange={onSet}
      />
    );
  if (disabled)
    return <code className="wrap">{settingText(setting.value, settingName(setting.key).quantity)}</code>;
  return <TextControl key={settingText(setting.value)} setting={setting} labelId={labelId} onSet={onSet} />;
}

/** Modes of reporting have words of their own; other choices are words already. */
function choiceWords(value: string): string {
  return Object.entries(MODE_WORDS).find(([mode]) => mode === value)?.[1].name ?? value;
}

function TextControl({
  setting,
  labelId,
  onSet,
}: {
  readonly setting: Setting;
  readonly labelId: string;
  readonly onSet: (value: unknown) => void;
}) {
  const { unit, quantity } = settingName(setting.key);
  const before = setting.secret === true ? '' : editText(setting, setting.value, quantity);
  const [text, setText] = useState(before);
  const parsed = parseSetting(setting, text, quantity);
  const problem = useId();
  const long = setting.type === 'list' || setting.type === 'table';
  const changed = text !== before;
  const isWrong = changed && !parsed.ok;
  return (
    <form
      className="setting-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (parsed.ok) onSet(parsed.value);
      }}
    >
      {long ? (
        <textarea
          className="textarea"
          aria-labelledby={labelId}
          placeholder={setting.type === 'table' ? 'name: value' : 'one a line'}
          rows={2}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
          }}
        />
      ) : (
        <input
          className="input"
          aria-labelledby={labelId}
          aria-invalid={isWrong || undefined}
          aria-describedby={isWrong ? problem : undefined}
          inputMode={setting.type === 'integer' && quantity === undefined ? 'numeric' : undefined}
          placeholder={settingText(setting.secret === true ? setting.value : setting.defaultValue, quantity)}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
          }}
        />
      )}
      {changed && (
        <Button type="submit" look="primary" size="small" disabled={!parsed.ok}>
          Save
        </Button>
      )}
      {unit !== undefined && <p className="small muted setting-unit">{unit}</p>}
      {changed && parsed.ok && quantity === 'bytes' && typeof parsed.value === 'number' && (
        <p className="small muted num setting-note">{count(parsed.value)} bytes in the file</p>
      )}
      {isWrong && (
        <p className="small setting-problem" role="alert" id={problem}>
          {parsed.problem}
        </p>
      )}
    </form>
  );
}
