import { retry } from 'rxjs';
import { wallClock } from '../../drivers/clock/wall.ts';
import { systemRandom } from '../../drivers/random/system.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { socketRadio } from '../../simulations/air-socket/socket-radio.ts';
import { loraLink } from '../../transports/lora/link.ts';

/**
 * A process with a link on a shared air: `talker <socket> <address>`. Sends `<address> <text>`
 * that it reads, a line each; writes a line for each message it gets and each one acknowledged.
 */
const [path = '', own = ''] = process.argv.slice(2);
const src = Number(own);
const tell = (...words: readonly unknown[]): void => {
  process.stdout.write(`${words.join(' ')}\n`);
};

const radio = await socketRadio({ path, clock: wallClock, modulation: presets.default, id: own });
radio.troubles.subscribe(({ code }) => tell(code));
const link = loraLink({ radio, clock: wallClock, random: systemRandom, addresses: [src] });
link.messages.subscribe((message) => tell('got', message.src, `${Buffer.from(message.payload)}`));
tell('ready');

process.stdin.on('data', (chunk) => {
  for (const line of `${chunk}`.trim().split('\n')) {
    const [dst = '', text = ''] = line.split(' ');
    const message = { net: 0, src, dst: Number(dst), payload: Buffer.from(text) };
    // On a machine that is busy otherwise an answer may come too late for the link, again and again.
    link
      .send(message)
      .pipe(retry(50))
      .subscribe({
        next: () => tell('acknowledged', dst),
        error: ({ code }) => tell(code, dst),
      });
  }
});
