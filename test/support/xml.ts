/** A strict look at markup that is made by hand: is it well-formed XML? Knows no doctype, no CDATA, no comments. */

/** @returns what is wrong first, or null */
export function xmlProblem(text: string): string | null {
  const open: string[] = [];
  let roots = 0;
  let at = 0;
  for (const match of text.matchAll(/<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    const between = text.slice(at, match.index);
    const wrong = textProblem(between, open.length > 0);
    if (wrong !== null) return `${wrong} before ${match[0]}`;
    at = match.index + match[0].length;
    const [, closing, name = '', attributes = '', empty] = match;
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(attributes)) return `a bare & in ${match[0]}`;
    const names = [...attributes.matchAll(/([\w:-]+)=/g)].map((each) => each[1]);
    if (new Set(names).size < names.length) return `an attribute comes twice in ${match[0]}`;
    if (closing === '/') {
      if (open.pop() !== name) return `${match[0]} does not close the last open element`;
    } else {
      if (open.length === 0) roots += 1;
      if (empty !== '/') open.push(name);
    }
  }
  if (open.length > 0) return `<${open.at(-1) ?? ''}> is not closed`;
  if (roots !== 1) return `${roots} elements at the top`;
  return textProblem(text.slice(at), false);
}

function textProblem(text: string, isInside: boolean): string | null {
  if (/[<>]/.test(text)) return `markup that is not understood: ${JSON.stringify(text.slice(0, 60))}`;
  if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) return 'a bare &';
  return isInside || text.trim() === '' ? null : `text outside: ${JSON.stringify(text.slice(0, 60))}`;
}
