/** Imported before any schema is made: zod compiles schemas with `new Function`, which the content security policy forbids. */
import { z } from 'zod';

z.config({ jitless: true });
