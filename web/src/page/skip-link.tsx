import { useText } from '../text/text-context.tsx';

/** The first stop of the Tab key: past the top bar, into the place that shows. Not an address, those name places. */
export function SkipLink() {
  const { t } = useText();
  return (
    <a
      className="skip-link"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.querySelector<HTMLElement>('main:not([hidden])')?.focus();
      }}
    >
      {t.places.skip}
    </a>
  );
}
