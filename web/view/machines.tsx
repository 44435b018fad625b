import { type Actor, healthOf, stateText } from '../model/actors.ts';
import { durationText, momentText } from '../model/format.ts';
import { ChartPicture, ChartTable } from './chart.tsx';
import { laidOut } from './layout.ts';
import { Mark } from './mark.tsx';
import type { Store } from './store.ts';
import { Value } from './value.tsx';

/** The chosen actor, or the first that has a chart. */
export const chosenActor = (store: Store): Actor | null => {
  const { actors } = store;
  const chosen = actors.get(store.choice.actor ?? '');
  if (chosen !== undefined) return chosen;
  const charted = [...actors.values()].filter(({ definition }) => definition !== null);
  return charted.find(({ device }) => device === store.choice.device) ?? charted[0] ?? null;
};

const nothing = ({ journal }: Store): string =>
  journal.messages.length === 0
    ? 'Nothing runs yet.'
    : 'A trace of the radio knows of no machines: see the sequence.';

export const Machines = ({ store }: { store: Store }) => {
  const actor = chosenActor(store);
  if (actor === null) return <p class="empty">{nothing(store)}</p>;
  const laid = actor.definition === null ? null : laidOut(actor.definition, () => store.touch());
  if (laid === null)
    return <p class="empty">{actor.name} has no chart: it is a promise or a callback.</p>;
  if (store.choice.asTable) return <ChartTable chart={laid.chart} actor={actor} />;
  if (laid.drawing === null) return <p class="empty">The chart is being laid out.</p>;
  return (
    <ChartPicture key={laid.chart.id} chart={laid.chart} drawing={laid.drawing} actor={actor} />
  );
};

/** What stands beside the chart: where it is, what it waits for, what it holds. */
export const ActorDetails = ({ store }: { store: Store }) => {
  const actor = chosenActor(store);
  if (actor === null) return null;
  const { nowMs } = store;
  return (
    <div class="details">
      <h2>
        <Mark is={healthOf(actor)} /> {actor.device} · {actor.name}
      </h2>
      <dl class="fields">
        <div>
          <dt>state</dt>
          <dd class="strong" data-test="state">
            {stateText(actor.value) || actor.status}
          </dd>
        </div>
        <div>
          <dt>since</dt>
          <dd>
            {momentText(actor.movedMs)}, for {durationText(Math.max(0, nowMs - actor.movedMs))}
          </dd>
        </div>
        {actor.event !== null && actor.event !== '' && (
          <div>
            <dt>by</dt>
            <dd>{actor.event}</dd>
          </div>
        )}
        {actor.before !== null && (
          <div>
            <dt>from</dt>
            <dd>{stateText(actor.before)}</dd>
          </div>
        )}
        {actor.endedMs !== null && (
          <div>
            <dt>ended</dt>
            <dd>{momentText(actor.endedMs)}</dd>
          </div>
        )}
      </dl>
      {actor.timers.length > 0 && (
        <>
          <h3>Waits at most</h3>
          <dl class="fields">
            {actor.timers.map(({ name, dueMs }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd class="wait">{durationText(Math.max(0, dueMs - nowMs))}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {actor.context !== undefined && (
        <>
          <h3>Context</h3>
          <Value value={actor.context} />
        </>
      )}
      {actor.ending !== undefined && (
        <>
          <h3>Ended with</h3>
          <Value value={actor.ending} />
        </>
      )}
    </div>
  );
};
