import type { ReactNode } from 'react';
import { AnswerView } from '../ask/answer-view.tsx';
import type { Item, MessageItem, QuestionItem } from '../connection/items.ts';
import { DisputeNote } from '../grade/verdict-row.tsx';
import { GradeCard } from '../grade/grade-card.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { FiguresOf } from '../material/entry-figures.tsx';
import { entryHref, type RouteSpan } from '../page/route.ts';
import { ReportView } from '../report/report-view.tsx';
import { useText } from '../text/text-context.tsx';

export interface ItemViewProps {
  item: Item;
  disputing: ReadonlySet<string>;
  /** The item's entry is still being asked about: its grade does not tell what is missing. */
  veiled: boolean;
  onDispute: (keyPointId: string, why: string) => void;
  /** Opens a citation beside the conversation; without it the entry's page opens. */
  onCite?: (entryId: string, span: RouteSpan) => void;
}

/** One item of the conversation. */
export function ItemView({ item, disputing, veiled, onDispute, onCite }: ItemViewProps): ReactNode {
  const { t } = useText();
  switch (item.kind) {
    case 'message':
      return <Message item={item} />;
    case 'question':
      return <Question item={item} />;
    case 'said':
      return (
        <div className="said">
          <Markdown text={item.text} />
        </div>
      );
    case 'hint':
      return (
        <div className="aside-note">
          <h3 className="overline">{t.conversation.hint(item.level)}</h3>
          <Markdown text={item.text} />
        </div>
      );
    case 'grade':
      return item.held ? (
        <p className="stage-note">{t.grade.held}</p>
      ) : (
        <GradeCard item={item} disputing={disputing} veiled={veiled} onDispute={onDispute} />
      );
    case 'reference':
      return (
        <div className="aside-note">
          <h3 className="overline">{t.conversation.reference}</h3>
          <Markdown text={item.text} lang={item.lang} links="all" />
          <FiguresOf entryId={item.entryId} lang={item.lang} />
          <p className="small">
            <a href={entryHref(item.entryId)}>{t.grade.openInMaterial}</a>
          </p>
        </div>
      );
    case 'dispute':
      return (
        <div className="aside-note">
          <h3 className="overline">{t.dispute.resolved}</h3>
          {item.claim !== '' && <p className="quiet">{item.claim}</p>}
          <DisputeNote dispute={item} />
        </div>
      );
    case 'answer':
      return (
        <AnswerView answer={item.answer} lang={item.lang} {...(onCite === undefined ? {} : { onCite })} />
      );
    case 'report':
      return <ReportView report={item.report} />;
    case 'planned':
      return <StageNote>{t.conversation.planned(item.count, t.start.modes[item.mode].name)}</StageNote>;
    case 'skipped':
      return <StageNote>{t.conversation.skipped[item.reason]}</StageNote>;
    case 'language':
      return <StageNote>{t.conversation.language}</StageNote>;
    case 'mode':
      return <StageNote>{t.conversation.mode(t.start.modes[item.mode].name)}</StageNote>;
    case 'ended':
      return <StageNote>{t.conversation.ended[item.reason]}</StageNote>;
  }
}

function StageNote({ children }: { children: ReactNode }) {
  return <p className="stage-note">{children}</p>;
}

function Question({ item }: { item: QuestionItem }) {
  const { t } = useText();
  return (
    <div className={item.followUp ? 'question question-follow-up' : 'question'}>
      {item.followUp ? (
        <h3 className="overline">{t.conversation.followUp}</h3>
      ) : (
        <h2 className="overline">{t.conversation.question(item.number, item.total)}</h2>
      )}
      <Markdown text={item.text} />
    </div>
  );
}

function Message({ item }: { item: MessageItem }) {
  const { t } = useText();
  return (
    <>
      {item.intent === 'dispute' && <p className="message-state quiet">{t.dispute.sent}</p>}
      <span className="visually-hidden">{t.conversation.you}</span>
      <div className="bubble plain-text">{item.text}</div>
    </>
  );
}
