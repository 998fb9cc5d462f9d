import { useEffect, useState } from 'react';

/** True once `now` has been true for `ms` without a break; false at once when it ends. */
export function useLasting(now: boolean, ms: number): boolean {
  const [lasted, setLasted] = useState(false);
  useEffect(() => {
    if (!now) return undefined;
    const timer = window.setTimeout(() => setLasted(true), ms);
    return () => {
      window.clearTimeout(timer);
      setLasted(false);
    };
  }, [now, ms]);
  return now && lasted;
}
