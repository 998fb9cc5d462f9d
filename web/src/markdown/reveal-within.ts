/**
 * Scrolls the nearest scrolling pane (`[data-scroll-pane]`) so that the element is in view.
 * Unlike scrollIntoView it leaves the page alone, which must not move under a pointer.
 */
export function revealWithin(element: HTMLElement): void {
  const pane = element.closest<HTMLElement>('[data-scroll-pane]');
  if (pane === null) return;
  const box = element.getBoundingClientRect();
  const view = pane.getBoundingClientRect();
  if (box.top >= view.top && box.bottom <= view.bottom) return;
  const above = (view.height - Math.min(box.height, view.height)) / 3;
  pane.scrollTo({ top: pane.scrollTop + box.top - view.top - above, behavior: scrollBehavior() });
}

/** Smooth, unless the reader asked for less motion. */
export function scrollBehavior(): ScrollBehavior {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
}
