/** Figures drawn for the bank: SVG files in `<module>/figures/`, shown beside the answers of the entries that name them. */
import { z } from 'zod';
import type { Lang } from '../protocol.ts';

const text = z.string().trim().min(1);

/** A figure as an entry's front matter names it. */
export const figureReferenceSchema = z.strictObject({
  /** `<module>/<name>`; the module may be another one than the entry's. */
  file: z
    .string()
    .regex(
      /^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/,
      'like vision/fpn-pan: module and name, without language and .svg',
    ),
  /** What the figure shows, for whoever cannot see it. */
  alt: z.strictObject({ zh: text, en: text }),
  caption: z.strictObject({ zh: text, en: text }).optional(),
});
export type FigureReference = z.infer<typeof figureReferenceSchema>;

/** One checked SVG file. */
export interface FigureImage {
  /** Relative to the corpus folder: `vision/figures/fpn-pan.zh.svg`. */
  readonly file: string;
  readonly svg: string;
  /** From its viewBox, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Hexadecimal, of the content. */
  readonly hash: string;
}

/** A figure in both languages; a figure without words is the same image twice. */
export type FigureImages = Readonly<Record<Lang, FigureImage>>;

/** A figure of an entry; what it is made of has been checked. */
export interface Figure extends FigureReference {
  readonly images: FigureImages;
}
