import { useState, type FormEvent } from 'react';
import {
  modeSchema,
  type EntryKind,
  type Mode,
  type PlanRequest,
  type Status,
} from '../../../src/protocol.ts';
import type { Loaded } from '../connection/use-loaded.ts';
import { ChoiceGroup } from '../page/choice-group.tsx';
import { topicName, useText } from '../text/text-context.tsx';
import { StatusNote } from './status-note.tsx';
import { defaultChoice, difficulties, groupModules, planOf, type Difficulty } from './start-request.ts';

export interface StartFormProps {
  status: Loaded<Status>;
  /** An interview is under way; starting another ends it. */
  interrupting: boolean;
  onStart: (mode: Mode, plan: PlanRequest) => void;
  /** Back to the conversation, when there is one. */
  onBack: (() => void) | null;
}

const kinds = ['concept', 'scenario', 'code'] as const satisfies readonly EntryKind[];
const counts = [3, 5, 8, 12] as const;
const modes = modeSchema.options;

/** What shall we talk about? Everything is optional but the button. */
export function StartForm({ status, interrupting, onStart, onBack }: StartFormProps) {
  const { t } = useText();
  const [choice, setChoice] = useState(defaultChoice);
  const change = (part: Partial<typeof choice>) => setChoice({ ...choice, ...part });
  const modules = status.state === 'ready' ? groupModules(status.value.modules) : [];
  const sections = modules.find((group) => group.module === choice.module)?.sections ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onStart(choice.mode, planOf(choice));
  };
  return (
    <form className="start" onSubmit={submit}>
      <h1>{t.start.title}</h1>
      <p className="lede">{t.start.lede}</p>
      <div className="start-topic">
        <label htmlFor="start-topic">{t.start.topic}</label>
        <input
          id="start-topic"
          value={choice.topic}
          maxLength={200}
          placeholder={t.start.topicPlaceholder}
          onChange={(event) => change({ topic: event.target.value })}
        />
      </div>
      <ChoiceGroup
        legend={t.start.mode}
        large
        options={modes.map((mode) => ({
          value: mode,
          label: t.start.modes[mode].name,
          note: t.start.modes[mode].note,
        }))}
        chosen={[choice.mode]}
        onChoose={(mode) => change({ mode })}
      />
      {modules.length > 0 && (
        <ChoiceGroup
          legend={t.start.module}
          options={[
            { value: '', label: t.start.any },
            ...modules.map(({ module }) => ({ value: module, label: topicName(t, module) })),
          ]}
          chosen={[choice.module]}
          onChoose={(module) => change({ module, section: '' })}
        />
      )}
      {sections.length > 1 && (
        <ChoiceGroup
          legend={t.start.section}
          options={[
            { value: '', label: t.start.any },
            ...sections.map(({ section }) => ({ value: section, label: topicName(t, section) })),
          ]}
          chosen={[choice.section]}
          onChoose={(section) => change({ section })}
        />
      )}
      <div className="start-row">
        <ChoiceGroup
          legend={t.start.difficulty}
          options={(Object.keys(difficulties) as Difficulty[]).map((value) => ({
            value,
            label: t.start.difficulties[value],
          }))}
          chosen={[choice.difficulty]}
          onChoose={(difficulty) => change({ difficulty })}
        />
        <ChoiceGroup
          legend={t.start.questions}
          options={counts.map((count) => ({ value: String(count), label: String(count) }))}
          chosen={[String(choice.questions)]}
          onChoose={(count) => change({ questions: Number(count) })}
        />
      </div>
      <ChoiceGroup
        legend={t.start.kind}
        several
        options={kinds.map((value) => ({ value, label: t.kinds[value] }))}
        chosen={choice.kinds}
        onChoose={(kind) =>
          change({
            kinds: choice.kinds.includes(kind)
              ? choice.kinds.filter((other) => other !== kind)
              : [...choice.kinds, kind],
          })
        }
      />
      <div className="start-actions">
        <button type="submit" className="button button-primary button-large">
          {t.start.begin}
        </button>
        {onBack !== null && (
          <button type="button" className="button button-large" onClick={onBack}>
            {t.start.back}
          </button>
        )}
        {interrupting && <span className="quiet small">{t.start.interrupts}</span>}
      </div>
      <StatusNote status={status} />
    </form>
  );
}
