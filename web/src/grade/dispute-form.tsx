import { useId, useState, type FormEvent } from 'react';
import { useText } from '../text/text-context.tsx';

export interface DisputeFormProps {
  claim: string;
  onSubmit: (why: string) => void;
  onCancel: () => void;
}

const longestReason = 500;

/** Asks for one line: why the verdict is wrong. */
export function DisputeForm({ claim, onSubmit, onCancel }: DisputeFormProps) {
  const { t } = useText();
  const [why, setWhy] = useState('');
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (why.trim() !== '') onSubmit(why.trim());
  };
  return (
    <form className="dispute-form" onSubmit={submit}>
      <label htmlFor={id}>{t.dispute.why}</label>
      <div className="inline-fields">
        <input
          id={id}
          autoFocus
          value={why}
          maxLength={longestReason}
          placeholder={t.dispute.placeholder}
          aria-description={claim}
          onChange={(event) => setWhy(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onCancel();
          }}
        />
        <button type="submit" className="button button-primary" disabled={why.trim() === ''}>
          {t.dispute.submit}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t.dispute.cancel}
        </button>
      </div>
      <p className="quiet small">{t.dispute.note}</p>
    </form>
  );
}
