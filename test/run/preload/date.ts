/** The date is set anew at each SIGUSR2: ten years ahead, thirty back, and right. */
const YEAR_MS = 365 * 86_400_000;
const OFFSETS_MS = [0, 10 * YEAR_MS, -20 * YEAR_MS];

const RealDate = Date;
let jumps = 0;
const now = (): number => RealDate.now() + (OFFSETS_MS[jumps % OFFSETS_MS.length] as number);

process.on('SIGUSR2', () => {
  jumps += 1;
});

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args) =>
    args.length === 0 ? new target(now()) : Reflect.construct(target, args),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
