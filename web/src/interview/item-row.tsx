import { memo, useMemo } from 'react';
import type { Item } from '../connection/items.ts';
import type { SessionStore } from '../connection/session-store.ts';
import type { RouteSpan } from '../page/route.ts';
import { ItemView } from './item-view.tsx';

export interface ItemRowProps {
  item: Item;
  /** Ids of its key points that are under dispute, with a space between. */
  disputing: string;
  veiled: boolean;
  store: SessionStore;
  onCite?: (entryId: string, span: RouteSpan) => void;
}

/** A row of the conversation. Drawn again only when something of its own changes: a long one has hundreds. */
export const ItemRow = memo(function ItemRow({ item, disputing, veiled, store, onCite }: ItemRowProps) {
  const disputed = useMemo(
    () => new Set(disputing === '' ? [] : disputing.split(' ')) as ReadonlySet<string>,
    [disputing],
  );
  return (
    <li className={`item item-${item.kind}`} data-seq={item.seq}>
      <ItemView
        item={item}
        disputing={disputed}
        veiled={veiled}
        onDispute={(keyPointId, why) => store.send({ text: why, intent: 'dispute', keyPointId })}
        {...(onCite === undefined ? {} : { onCite })}
      />
    </li>
  );
});
