/** A place in a definition: member names and list indexes from the document's root. */
export type Place = readonly (string | number)[];

const PLAIN = /^[A-Za-z_$][A-Za-z0-9_$-]*$/;

/** `nodes.fetch.params.conditions[0].if`; names that are not plain are quoted: `headers["x.y"]`. */
export const formatPlace = (place: Place): string => {
  let text = '';
  for (const step of place) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!PLAIN.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
};
