import type { MessageEntry } from '../../transports/trace/exchange.ts';
import { partiesOf } from './chart.ts';

/** The same as a Mermaid sequence diagram, for Markdown and mermaid.live. */
export const mermaidLines = (entries: readonly MessageEntry[]): string[] => {
  const parties = partiesOf(entries);
  const id = (name: string): string => `p${parties.indexOf(name)}`;
  return [
    'sequenceDiagram',
    ...parties.map((name) => `  participant ${id(name)} as ${escaped(name)}`),
    ...entries.map(({ from, to, message, bytes, retransmissions, acks }) => {
      const arrow = acks === 0 && to !== 'all' ? '-x' : '->>';
      const again = retransmissions === 0 ? '' : `, ${retransmissions} again`;
      return `  ${id(from)}${arrow}${id(to)}: ${message ?? '?'}, ${bytes} B${again}`;
    }),
  ];
};

/** `#` begins an entity, `;` ends a statement. */
const escaped = (text: string): string =>
  text.replace(/[#;:<>"]/g, (character) => `#${character.charCodeAt(0)};`);
