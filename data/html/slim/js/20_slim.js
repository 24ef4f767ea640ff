// The report, and tables of rows that a filter goes over.
const report = JSON.parse($('data').textContent);
const PAGE = 200;
const TIERS = {rule: 'asked for by a rule', traced: 'used in a run', must: 'must be there', may: 'may be asked for',
  package: 'rest of needed packages, and of no package', unreachable: 'nothing speaks for it'};
const filter = {words: [], tier: null, fate: 'gone'};
const has = (...texts) => filter.words.every((word) => texts.some((text) => (text ?? '').toLowerCase().includes(word)));
const head = (...titles) => el('thead', {}, el('tr', {}, ...titles.map((title) => el('th', {scope: 'col', class: title.startsWith('#') ? 'num' : ''}, el('span', {}, title.replace('#', ''))))));
const seconds = (value) => (value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value).toLocaleString('en')} s`);
const size = (count) => [el('td', {class: 'num'}, bytes(count.bytes)), el('td', {class: 'num'}, count.files.toLocaleString('en'))];
const bar = (part, whole) => el('td', {class: 'stays'}, el('div', {class: 'bar', role: 'img', 'aria-label': share(part, whole) || 'none'},
  el('i', {style: `width:${whole > 0 ? 100 * part / whole : 0}%`})));

// Rows a page at a time: drawn anew by the function that comes back.
function longTable(id, titles, listOf, rowOf, word) {
  let shown = PAGE;
  function draw(reset) {
    if (reset) shown = PAGE;
    const {list, all} = listOf();
    $(id).replaceChildren(head(...titles), el('tbody', {}, ...list.slice(0, shown).map(rowOf)));
    $(`${id}-count`).textContent = list.length === all ? counted(all, word) : `${list.length.toLocaleString('en')} of ${counted(all, word)}`;
    const more = $(`${id}-more`);
    more.hidden = list.length <= shown;
    more.textContent = `Show ${Math.min(PAGE, list.length - shown).toLocaleString('en')} more`;
  }
  $(`${id}-more`).addEventListener('click', () => {
    shown += PAGE;
    draw(false);
  });
  return draw;
}
const drawReasons = longTable('reasons', ['Reason', 'Tier', '#Stays', '#Files'], () => ({
  list: report.reasons.filter((row) => (!filter.tier || row.tier === filter.tier) && has(row.reason, row.tier)), all: report.reasons.length,
}), (row) => el('tr', {}, el('td', {class: 'wide'}, row.reason || 'of the image itself'), el('td', {}, el('span', {class: 'tier'}, row.tier)), ...size(row.kept)), 'reason');
const fateOf = (row) => (!row.kept ? 'gone' : row.whole ? 'whole' : 'partial');
const drawPackages = longTable('packages', ['Package', 'Version', 'Type', '#Before', '#After', '#Files before', '#Files after'], () => {
  const all = report.packages.filter((row) => fateOf(row) === filter.fate);
  return {list: all.filter((row) => has(row.name, row.version, row.type)).sort((a, b) => b.before.bytes - a.before.bytes), all: all.length};
}, (row) => el('tr', {}, el('td', {class: 'mono'}, row.name), el('td', {class: 'mono'}, row.version), el('td', {}, row.type),
  el('td', {class: 'num'}, bytes(row.before.bytes)), el('td', {class: 'num'}, bytes(row.after.bytes)),
  el('td', {class: 'num'}, row.before.files.toLocaleString('en')), el('td', {class: 'num'}, row.after.files.toLocaleString('en'))), 'package');
