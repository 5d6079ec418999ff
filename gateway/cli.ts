/** The headless host: hands the command line to the program and its exit code to the system. */
import { exitCodeOf, openOutput } from './cli/output.ts';
import { runProgram } from './cli/program.ts';
import { startSmall } from './cli/small-start.ts';

startSmall();
// The database holds who wrote how much to whom: nobody else on the machine may read what is made here.
process.umask(0o077);

const output = openOutput(process);
const code = await runProgram(process.argv.slice(2), { env: process.env, ...output });
await output.written();
// Output that goes into a pipe may not be read yet, so the process ends by itself.
process.exitCode = exitCodeOf(code, process.argv[2], output);
