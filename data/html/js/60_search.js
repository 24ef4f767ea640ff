// Search over all paths: every word must be in the path, big ones first.
const search = (() => {
  const input = $('search');
  const box = $('results');
  const MOST = 200;
  let lower = null;  // of every node, made at the first search

  function lowerPaths() {
    if (lower) return lower;
    lower = new Array(nodes.count);
    lower[0] = '/';
    for (let i = 1; i < nodes.count; i += 1) {
      const above = lower[nodes.parent[i]];
      lower[i] = (above === '/' ? '' : above) + '/' + nameOf(i).toLowerCase();
    }
    return lower;
  }

  function marked(path, words) {
    const text = path.toLowerCase();
    const at = words.map((word) => [text.lastIndexOf(word), word.length]).filter(([from]) => from >= 0).sort((a, b) => a[0] - b[0]);
    if (text.length !== path.length) return [path];
    const parts = [];
    let done = 0;
    for (const [from, length] of at) {
      if (from < done) continue;
      parts.push(path.slice(done, from), el('mark', {}, path.slice(from, from + length)));
      done = from + length;
    }
    parts.push(path.slice(done));
    return parts;
  }

  function run() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    box.hidden = !words.length;
    if (!words.length) return;
    const paths = lowerPaths();
    const found = [];
    for (let i = 1; i < nodes.count; i += 1) {
      if (words.every((word) => paths[i].includes(word))) found.push(i);
    }
    found.sort((a, b) => nodes.stored[b] - nodes.stored[a] || a - b);
    const note = found.length > MOST ? `, the biggest ${MOST} are shown` : '';
    const folded = data.folded ? ` ${counted(data.folded, 'path')} of the least bytes are not in this page.` : '';
    box.replaceChildren(el('p', {class: 'muted'}, `${counted(found.length, 'path')} found${note}.${folded}`),
      el('ul', {class: 'results-list'}, ...found.slice(0, MOST).map((node) => el('li', {},
        el('button', {type: 'button', onclick: () => tree.reveal(node)},
          el('span', {class: 'path' + (isGone(node) ? ' bad' : '')}, ...marked(pathOf(node), words)), el('span', {class: 'num muted'}, bytes(nodes.stored[node])))))));
  }

  let timer = 0;
  return {
    start() {
      input.addEventListener('input', () => {
        clearTimeout(timer);
        timer = setTimeout(run, 80);
      });
      input.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') {
          input.value = '';
          run();
        } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
          run();
          const first = box.querySelector('button');
          if (first && event.key === 'Enter') first.click();
          else if (first) first.focus();
          event.preventDefault();
        }
      });
      box.addEventListener('keydown', (event) => {
        const all = [...box.querySelectorAll('button')];
        const at = all.indexOf(document.activeElement);
        if (event.key === 'ArrowDown' && all[at + 1]) all[at + 1].focus();
        else if (event.key === 'ArrowUp') (all[at - 1] || input).focus();
        else if (event.key === 'Escape') input.focus();
        else return;
        event.preventDefault();
      });
      document.addEventListener('keydown', (event) => {
        const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
        if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
          input.focus();
          event.preventDefault();
        }
      });
    },
  };
})();
