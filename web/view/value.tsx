/** A value as it was told, its parts under each other. */
export const Value = ({ value }: { value: unknown }) => {
  if (value === null || typeof value !== 'object')
    return <span class="value">{String(value)}</span>;
  const entries = Object.entries(value);
  if (entries.length === 0)
    return <span class="value quiet">{Array.isArray(value) ? 'none' : '–'}</span>;
  return (
    <dl class="fields">
      {entries.map(([name, field]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value value={field} />
          </dd>
        </div>
      ))}
    </dl>
  );
};
