/** A document with what stands between two marks replaced, the marks themselves left. */
export const between = (document: string, begin: string, end: string, made: string): string => {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no place marked ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n${made}\n${document.slice(to)}`;
};
