import { processIo } from './io.ts';
import { runCommandLine } from './program.ts';

// A closed pipe (`viva … | head`) ends the command quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// Nobody listens to the talk any more: the work and its exit status are what they would have been.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), processIo);
