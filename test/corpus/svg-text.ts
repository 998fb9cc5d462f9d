/** A small sound figure as text, for tests that put one thing into it. */
export function svgText(inner = '', root = 'viewBox="0 0 680 320"'): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" ${root}>
<title>Two boxes</title>
<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4"><path d="M0 0 8 4 0 8z"/></marker></defs>
<rect width="680" height="320" fill="#fbfaf7" rx="12"/>
<line x1="10" y1="20" x2="30" y2="20" stroke="rgb(0, 0, 0)" marker-end="url(#a)"/>
<text x="10" y="40" font-family="system-ui, sans-serif">a &lt; b &amp; c<tspan dy="4">&#x3b1;</tspan></text>
${inner}
</svg>
`;
}
