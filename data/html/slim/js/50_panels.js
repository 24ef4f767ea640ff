// Head, figures, tiers, proof, runs, time, notes.
function drawHead() {
  const isOriginal = report.policy.result === 'original';
  $('image-name').textContent = report.target;
  document.title = `${report.target}: whittle slim`;
  $('image-facts').textContent = [`policy ${report.policy.result}${report.policy.result === report.policy.wanted ? '' : ` (${report.policy.wanted} was asked for)`}`,
    `${counted(report.after.layers, 'layer')} of ${report.before.layers}`, report.engine && `run in ${report.engine}`, report.result_digest].filter(Boolean).join(' · ');
  const [before, after] = [report.before.image_bytes, report.after.image_bytes];
  const proof = {none: 'nothing was run', automatic: 'original and result start and answer alike', probed: 'the result passes the same checks'}[report.proof];
  $('verdict').textContent = isOriginal ? 'Every smaller image failed the probe: this is the original' : `${bytes(before)} → ${bytes(after)}; ${proof}`;
  $('verdict').className = `verdict ${isOriginal ? 'is-bad' : report.proof === 'none' ? '' : 'is-good'}`;
  const kept = report.packages.filter((row) => row.kept).length;
  const tile = (title, value, sub, part, whole) => el('div', {class: 'figure'}, el('span', {class: 'muted'}, title), el('b', {}, value), el('div', {class: 'sub'}, sub),
    whole > 0 ? el('div', {class: 'bar'}, el('i', {style: `width:${100 * part / whole}%;background:var(--accent)`})) : '');
  $('figures').replaceChildren(
    tile('Image', bytes(after), `of ${bytes(before)}`, after, before),
    tile('Files', report.after.tree.files.toLocaleString('en'), `of ${report.before.tree.files.toLocaleString('en')}`, report.after.tree.files, report.before.tree.files),
    tile('Packages', kept.toLocaleString('en'), `of ${report.packages.length.toLocaleString('en')}`, kept, report.packages.length),
    tile('Put back', report.misses.length.toLocaleString('en'), report.misses.length === 1 ? 'path that a result missed' : 'paths that results missed', 0, 0));
}

function drawTiers() {
  const rows = report.tiers.filter((row) => row.all.files > 0).map((row) => el('tr', {},
    el('td', {}, el('button', {type: 'button', class: 'link', 'aria-pressed': String(filter.tier === row.tier), onclick: () => {
      filter.tier = filter.tier === row.tier ? null : row.tier;
      drawTiers();
      drawReasons(true);
      $('reasons-title').scrollIntoView({block: 'nearest'});
    }}, row.tier), ' ', el('span', {class: 'muted'}, TIERS[row.tier])), ...size(row.kept), ...size(row.all), bar(row.kept.bytes, row.all.bytes)));
  rows.push(el('tr', {class: 'sum'}, el('td', {}, 'all'), ...size(report.after.tree), ...size(report.before.tree), bar(report.after.tree.bytes, report.before.tree.bytes)));
  $('tiers').replaceChildren(head('Tier', '#Stays', '#Files', '#Of', '#Files', 'Share'), el('tbody', {}, ...rows));
}

function drawProof() {
  const checks = report.probe_after?.checks ?? [];
  $('proof-note').textContent = checks.length ? `Passed by the result: ${checks.filter((check) => check.passed).length} of ${counted(checks.length, 'check')}` : 'Nothing was run';
  if (checks.length) {
    $('checks').replaceChildren(head('Check', 'Result', 'Seen'), el('tbody', {}, ...checks.map((check) => el('tr', {}, el('td', {class: 'wide'}, check.name),
      el('td', {class: check.passed ? 'good' : 'bad'}, check.passed ? 'passes' : 'fails'), el('td', {class: 'mono'}, dash(check.passed ? check.observed : check.detail || check.observed))))));
  }
  $('attempts').replaceChildren(...report.attempts.map((attempt, i) => el('div', {class: 'attempt'},
    el('p', {}, `Run ${i + 1}, policy ${attempt.policy}: `, el('b', {class: attempt.passed ? 'good' : 'bad'}, attempt.passed ? 'passed' : 'did not pass'),
      attempt.put_back ? `; ${counted(attempt.put_back, 'path')} put back` : ''), attempt.why ? el('pre', {}, attempt.why) : '')));
}

function drawMisses() {
  const list = report.misses.filter((row) => has(row.path, row.program));
  $('misses-card').hidden = report.misses.length === 0;
  $('misses').replaceChildren(head('Path', 'Missed by', 'Seen by'), el('tbody', {}, ...list.map((row) => el('tr', {}, el('td', {class: 'mono wide'}, row.path),
    el('td', {class: 'mono'}, dash(row.program)), el('td', {}, row.from_verifying ? 'the verifying probe alone' : 'the probe')))));
}

function drawPrograms() {
  $('programs-card').hidden = !report.trace;
  if (!report.trace) return;
  const trace = report.trace;
  const verify = report.verify ? ` The verifying probe used ${report.verify.lookups.toLocaleString('en')}, ${report.verify.new_lookups.toLocaleString('en')} of them in no traced run; ${report.verify.misses} missing at first.` : '';
  $('programs-note').textContent = `${counted(trace.lookups, 'path')} of the image were looked up; ${bytes(trace.kept_used.bytes)} of what stays was used, ${bytes(Math.max(0, report.after.tree.bytes - trace.kept_used.bytes))} rests on reachability and rules.${verify}`;
  const list = trace.programs.filter((row) => has(row.path));
  const most = Math.max(1, ...trace.programs.map((row) => row.paths));
  $('programs').replaceChildren(head('Program', '#Paths', '#Contents', '#Files', 'Share'), el('tbody', {}, ...list.map((row) => el('tr', {}, el('td', {class: 'mono wide'}, row.path),
    el('td', {class: 'num'}, row.paths.toLocaleString('en')), ...size(row.used), bar(row.paths, most)))));
}

function drawTime() {
  $('time-note').textContent = `${seconds(report.seconds)} in all${report.probe_seconds > 0 ? `, ${seconds(report.probe_seconds)} of it in ${report.engine}` : ''}`;
  $('time').replaceChildren(head('Step', '#Time', 'Share'), el('tbody', {}, ...report.phases.map((phase) => el('tr', {}, el('td', {class: 'wide'}, phase.name),
    el('td', {class: 'num'}, seconds(phase.seconds)), bar(phase.seconds, report.seconds)))));
}

function drawFates() {
  const count = (fate) => report.packages.filter((row) => fateOf(row) === fate).length.toLocaleString('en');
  segments($('fates'), [['gone', `gone ${count('gone')}`], ['partial', `in parts ${count('partial')}`], ['whole', `whole ${count('whole')}`]], filter.fate, (fate) => {
    filter.fate = fate;
    drawPackages(true);
  }, 'tab');
}
