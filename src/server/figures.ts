/** The figures of the entries, as the corpus check let them through: nothing is read from the disk for a request. */
import { Router } from 'express';
import type { Material } from '../coach/effects.ts';
import type { Figure, FigureImage } from '../corpus/figure.ts';
import { langs } from '../corpus/entry.ts';
import { VivaError } from '../errors.ts';
import type { FigureView } from '../protocol.ts';

/** Also opened as a page of its own: nothing in it may load, run, or be framed. */
const policy = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** A figure as clients see it, with addresses that change when the images do. */
export function figureView({ alt, caption, images }: Figure): FigureView {
  const view = (image: FigureImage) => ({
    src: `/api/figures/${nameOf(image)}?v=${image.hash}`,
    width: image.width,
    height: image.height,
  });
  return {
    alt,
    ...(caption === undefined ? {} : { caption }),
    images: { zh: view(images.zh), en: view(images.en) },
  };
}

/** `GET /:module/:name`: a figure that an entry shows, and nothing else. */
export function figureRoutes(entries: () => Material): Router {
  const router = Router();
  router.get('/figures/:module/:name', (request, response) => {
    const { module, name } = request.params;
    const image = findImage(entries(), `${module}/${name}`);
    if (!image)
      throw new VivaError('not-found', 'No entry shows a figure of this name: see /api/entries/:id.');
    const known = request.query['v'] === image.hash;
    response.set({
      'content-type': 'image/svg+xml; charset=utf-8',
      'content-security-policy': policy,
      // Private: it may be behind an access key.
      'cache-control': known ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      etag: `"${image.hash}"`,
    });
    response.send(image.svg);
  });
  return router;
}

/** `vision/fpn-pan.zh.svg` for the file `vision/figures/fpn-pan.zh.svg`. */
function nameOf({ file }: FigureImage): string {
  return file.replace('/figures/', '/');
}

function findImage(material: Material, name: string): FigureImage | null {
  for (const { figures } of material.values()) {
    for (const { images } of figures) {
      for (const lang of langs) if (nameOf(images[lang]) === name) return images[lang];
    }
  }
  return null;
}
