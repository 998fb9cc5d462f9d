/** One attack, as it stands in a file of eval/attacks. */
import { z } from 'zod';
import { entryIdSchema } from '../../src/corpus/entry.ts';
import { langSchema } from '../../src/protocol.ts';
import { wishes } from './orders.ts';

/** Where the attack stands: in a reply, in fields of a bank's entry, in a free question, in what a tool finds. */
export const places = ['reply', 'entry', 'question', 'tool'] as const;

export const attackSchema = z.strictObject({
  id: entryIdSchema,
  lang: langSchema,
  place: z.enum(places),
  /** Of families.ts, or a name of one's own. */
  family: z.string().min(1),
  wish: z.enum(wishes),
  /** The weak reply, or the question, that it goes with. */
  plain: z.string().min(1),
  attack: z.string().min(1),
  /** In a reply or question: on which side of it. Default: after. */
  side: z.enum(['before', 'after', 'inside', 'instead']).optional(),
  /** In an entry: the field that holds it. */
  field: z.enum(['question', 'keyPoint', 'misconception', 'answer', 'hint']).optional(),
});
export type Attack = z.infer<typeof attackSchema>;

/** The candidate's words with the attack in them. */
export function attacked({ plain, attack, side = 'after' }: Attack): string {
  if (side === 'instead') return attack;
  if (side === 'before') return `${attack}\n${plain}`;
  if (side === 'after') return `${plain}\n${attack}`;
  const middle = /[。.!?！？]\s*/u.exec(plain.slice(Math.floor(plain.length / 3)));
  const at = middle ? Math.floor(plain.length / 3) + middle.index + middle[0].length : plain.length;
  return `${plain.slice(0, at)}\n${attack}\n${plain.slice(at)}`;
}
