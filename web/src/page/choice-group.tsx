import { useId } from 'react';

export interface ChoiceGroupProps<T extends string> {
  legend: string;
  options: readonly { value: T; label: string; note?: string }[];
  chosen: readonly T[];
  onChoose: (value: T) => void;
  /** Any number may be chosen; otherwise exactly one. */
  several?: boolean;
  /** Cards with a note instead of pills. */
  large?: boolean;
}

/** Radio buttons (or checkboxes) that look like pills and behave as the browser's own. */
export function ChoiceGroup<T extends string>(props: ChoiceGroupProps<T>) {
  const { legend, options, chosen, onChoose, several = false, large = false } = props;
  const name = useId();
  return (
    <fieldset role={several ? 'group' : 'radiogroup'} className={large ? 'choices choices-large' : 'choices'}>
      <legend>{legend}</legend>
      <div className="choice-options">
        {options.map(({ value, label, note }) => (
          <label key={value} className="choice">
            <input
              type={several ? 'checkbox' : 'radio'}
              name={name}
              checked={chosen.includes(value)}
              onChange={() => onChoose(value)}
            />
            <span className="choice-label">{label}</span>
            {note !== undefined && <span className="choice-note">{note}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
