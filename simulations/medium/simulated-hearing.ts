import { Observable, Subject, type Subscriber } from 'rxjs';
import type { Attention, Hearing, Reception } from '../../drivers/radio/interface.ts';
import { HeardFrames, isAttended } from '../../transports/lora/heard.ts';
import type { Antenna } from './antenna.ts';

interface Attending {
  readonly attention: Attention;
  readonly subscriber: Subscriber<Reception>;
}

export interface SimulatedHearingInput {
  readonly antenna: Pick<Antenna, 'attend' | 'catchUp'>;
  readonly memoryMs: () => number;
}

/**
 * What a light radio hears: every frame as it ends while somebody wants them all, else as they end
 * only those attended to, and the others when somebody asks what there was.
 */
export class SimulatedHearing implements Hearing {
  readonly #antenna: SimulatedHearingInput['antenna'];
  readonly #heard: HeardFrames;
  readonly #all = new Subject<Reception>();
  /** Another list at each change: who hears a frame may attend to others from then on. */
  #attending: readonly Attending[] = [];

  constructor({ antenna, memoryMs }: SimulatedHearingInput) {
    this.#antenna = antenna;
    this.#heard = new HeardFrames(memoryMs);
    this.#listen();
  }

  /** Hot: every frame heard. */
  readonly receptions = new Observable<Reception>((subscriber) => {
    this.#antenna.catchUp();
    subscriber.add(this.#all.subscribe(subscriber));
    this.#listen();
    subscriber.add(() => this.#listen());
  });

  attend(attention: Attention): Observable<Reception> {
    return new Observable((subscriber) => {
      const attending = { attention, subscriber };
      this.#antenna.catchUp();
      this.#attending = [...this.#attending, attending];
      this.#listen();
      return () => {
        this.#attending = this.#attending.filter((other) => other !== attending);
        this.#listen();
      };
    });
  }

  since(ms: number): readonly Reception[] {
    this.#antenna.catchUp();
    return this.#heard.since(ms);
  }

  hear(reception: Reception): void {
    this.#heard.note(reception);
    this.#all.next(reception);
    for (const { attention, subscriber } of this.#attending)
      if (isAttended(reception.frame, attention)) subscriber.next(reception);
  }

  close(): void {
    this.#all.complete();
    for (const { subscriber } of this.#attending) subscriber.complete();
  }

  #listen(): void {
    const all = this.#attending.map(({ attention }) => attention);
    const [to, from] = [all.flatMap(({ to }) => [...to]), all.flatMap(({ from }) => [...from])];
    this.#antenna.attend(this.#all.observed ? null : { to: new Set(to), from: new Set(from) });
  }
}
