/** The Telegram process: `node dist/clients/telegram/main.js`, started by the supervisor when there is a bot token. */
import { runProcessMain } from '../../platform/process-main';
import { optional, required } from '../../platform/required-env';
import { startTelegramBot } from './start-telegram-bot';

runProcessMain('telegram', (env, log) =>
  startTelegramBot({
    url: required(env, 'WINGMAN_URL'),
    key: required(env, 'WINGMAN_KEY'),
    token: required(env, 'WINGMAN_TELEGRAM_TOKEN'),
    apiRoot: optional(env, 'WINGMAN_TELEGRAM_API_ROOT'),
    stateDir: required(env, 'WINGMAN_STATE_DIR'),
    log,
    // The supervisor shows the reason and starts it again, later each time.
    onEnded: () => process.kill(process.pid, 'SIGTERM'),
  }),
);
