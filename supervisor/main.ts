/** `node dist/supervisor/main.js`: the supervisor as a program of its own. */
import { superviseUntilStopped } from './supervise';

void superviseUntilStopped(process.env).then((code) => process.exit(code));
