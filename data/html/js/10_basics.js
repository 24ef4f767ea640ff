// Elements and figures. Foreign text only ever becomes text nodes and attribute values.
const $ = (id) => document.getElementById(id);

// el('button', {class: 'link', onclick: f, 'aria-label': name}, 'text', child...)
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== '').map(
    (child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return node;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
function bytes(count) {
  let unit = 0;
  let value = count;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${count} B` : `${value.toFixed(1)} ${UNITS[unit]}`;
}
const share = (part, whole) => (whole > 0 ? `${(100 * part / whole).toFixed(1)} %` : '');
const counted = (count, word) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
const dash = (text) => (text === null || text === undefined || text === '' ? '–' : text);

// Row buttons of which one is pressed; calls choose(id) on a change.
function segments(box, items, chosen, choose, role) {
  const buttons = items.map(([id, label]) => el('button', {
    type: 'button', role, 'data-id': id,
    onclick: () => pick(id),
  }, label));
  const state = role === 'tab' ? 'aria-selected' : 'aria-pressed';
  function pick(id) {
    for (const button of buttons) {
      const is = button.dataset.id === id;
      button.setAttribute(state, String(is));
      if (role === 'tab') button.tabIndex = is ? 0 : -1;
    }
    choose(id);
  }
  box.addEventListener('keydown', (event) => {
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!step || role !== 'tab') return;
    const at = buttons.indexOf(document.activeElement);
    const next = buttons[(at + step + buttons.length) % buttons.length];
    pick(next.dataset.id);
    next.focus();
    event.preventDefault();
  });
  box.replaceChildren(...buttons);
  pick(chosen);
}
