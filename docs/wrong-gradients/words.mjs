// Numbers and places in the words of the page.

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const raised = (power) =>
  `${power < 0 ? '⁻' : ''}${[...String(Math.abs(power))].map((digit) => RAISED[digit]).join('')}`;

/** '−0.7843', '4.062·10⁻⁴': with so many digits. */
export function numberText(value, digits = 4) {
  if (value === 0) return '0';
  const power = Math.floor(Math.log10(Math.abs(value)));
  const text = power < -3 || power > 5 ? value.toExponential(digits - 1) : value.toPrecision(digits);
  const [number, exponent] = text.split('e');
  return `${number.replace('-', '−')}${exponent === undefined ? '' : `·10${raised(Number(exponent))}`}`;
}

export const percentText = (share) => `${(100 * share).toFixed(0)} %`;

/** '∂h[1, 2]/∂kernel[0, 2]', or of a clipped gradient 'bias[1]'. */
export function placeText({ variable, index, output }) {
  const at = (name, numbers) => `${name}[${numbers.join(', ')}]`;
  return output === undefined ? at(variable, index) : `∂${at(output.name, output.index)}/∂${at(variable, index)}`;
}
